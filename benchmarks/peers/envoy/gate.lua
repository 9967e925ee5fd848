-- Work (b): find the token, check expiry, count a quota, two conditions, two headers.
local LIMIT, HOUR = 1000000000, 3600
local tokens = { ["@token@"] = { client = "bench-client", app = "@app@", expires = 4102444800, status = "approved" } }
local counts = {}

local function refuse(handle, status, code)
  local body = '{"fault":{"faultstring":"' .. code .. '","detail":{"errorcode":"' .. code .. '"}}}'
  handle:respond({ [":status"] = status, ["content-type"] = "application/json" }, body)
end

function envoy_on_request(handle)
  local headers = handle:headers()
  local given = headers:get("authorization")
  local token = given and given:sub(1, 7) == "Bearer " and tokens[given:sub(8)]
  if not token or token.status ~= "approved" then return refuse(handle, "401", "InvalidCaller") end

  local now = os.time()
  if token.expires < now then return refuse(handle, "401", "Expired") end

  local period = now - now % HOUR
  local count = counts[token.client]
  if not count or count.period ~= period then
    count = { period = period, calls = 0 }
    counts[token.client] = count
  end
  count.calls = count.calls + 1
  if count.calls > LIMIT then return refuse(handle, "429", "QuotaViolation") end

  if headers:get(":method") == "GET" then headers:replace("x-kind", "read") end
  if headers:get(":path"):find("^/[^/]+/items/[^/]+$") then headers:replace("x-caller", token.app) end
end
