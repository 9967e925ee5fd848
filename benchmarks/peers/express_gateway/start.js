// The packages' folder and the configuration's are the arguments.
const [packages, configuration] = process.argv.slice(2);
require(`${packages}/node_modules/express-gateway`)().load(configuration).run();
