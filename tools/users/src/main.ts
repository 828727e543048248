import { cli } from './cli.ts';

// `npm run users -- COMMAND`: administers users through the internal port of the service.
process.exitCode = await cli(process.argv.slice(2), process.env, process);
