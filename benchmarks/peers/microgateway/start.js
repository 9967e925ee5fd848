// The packages' folder, the configuration and the public key are the arguments.
const cluster = require('cluster');
const fs = require('fs');
const [packages, configuration, publicKey] = process.argv.slice(2);
const load = (name) => require(`${packages}/node_modules/${name}`);

// What two conditional AssignMessage steps do.
const headers = () => ({
  onrequest(req, res, next) {
    if (req.method === 'GET') req.headers['x-kind'] = 'read';
    if (/\/items\/[^/]+$/.test(req.reqUrl.pathname)) req.headers['x-caller'] = req.token.application_name;
    next();
  },
});

const serve = () => {
  const config = JSON.parse(fs.readFileSync(configuration, 'utf8'));
  config.oauth.public_key = fs.readFileSync(publicKey, 'utf8');
  const gateway = load('microgateway-core')(config);
  gateway.addPlugin('oauth', load('microgateway-plugins/oauth').init);
  // quota-memory 3.3.5 takes every member of its configuration for a product, also the null that the core adds.
  gateway.addPlugin('quota-memory', ({ 'bench-product': quota }) =>
    load('microgateway-plugins/quota-memory').init({ 'bench-product': quota }));
  gateway.addPlugin('bench-headers', headers);
  gateway.start((error) => {
    if (error) throw error;
  });
};

// As its own command does it: one process keeps the cache of tokens, another, which it forks, serves.
if (cluster.isMaster) {
  load('microgateway-plugins/emgCache').setup({ purgeInterval: 10000 });
  cluster.fork();
} else {
  serve();
}
