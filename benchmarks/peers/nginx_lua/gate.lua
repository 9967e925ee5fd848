-- Works (b), (c) and (d): find the caller, check expiry, count a quota, two conditions, two headers.
local gate = {}

local LIMIT, HOUR = 1000000000, 3600
local FAR = 4102444800  -- 2100-01-01, seconds since 1970
local tokens = { ["@token@"] = { client = "bench-client", app = "@app@", expires = FAR, status = "approved" } }
local keys = { ["@key@"] = { client = "bench-client", app = "@app@", expires = FAR, status = "approved" } }

local function refuse(status, code)
    ngx.status = status
    ngx.header["Content-Type"] = "application/json"
    ngx.say('{"fault":{"faultstring":"', code, '","detail":{"errorcode":"', code, '"}}}')
    return ngx.exit(status)
end

local function admit(caller)
    local now = ngx.time()
    if not caller or caller.status ~= "approved" then return refuse(401, "InvalidCaller") end
    if caller.expires < now then return refuse(401, "Expired") end

    local period = now - now % HOUR
    local count = ngx.shared.counters:incr(caller.client .. ":" .. period, 1, 0, HOUR)
    if count > LIMIT then return refuse(429, "QuotaViolation") end

    if ngx.req.get_method() == "GET" then ngx.req.set_header("X-Kind", "read") end
    if ngx.re.find(ngx.var.uri, "^/[^/]+/items/[^/]+$", "jo") then ngx.req.set_header("X-Caller", caller.app) end
end

function gate.by_token()
    local given = ngx.var.http_authorization
    admit(given and given:sub(1, 7) == "Bearer " and tokens[given:sub(8)])
end

function gate.by_key()
    local given = ngx.var.http_x_api_key
    admit(given and keys[given])
end

function gate.tidy()
    ngx.header["X-Served-By"] = "full"
    ngx.header["X-Upstream-Node"] = nil
end

return gate
