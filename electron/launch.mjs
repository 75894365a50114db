#!/usr/bin/env node
// Entry of `npm start`, `npm test`, every other npm script and `npx drydock`. It runs on whatever Node is there, so it
// only asks for the version in words that very old ones understand, and leaves the rest to modules loaded afterwards.
var OLDEST = 20;
var major = Number(process.versions.node.split('.')[0]);

if (major < OLDEST) {
  console.error(
    'Drydock needs Node ' +
      OLDEST +
      ' or newer to start, and this is Node ' +
      process.versions.node +
      '. ' +
      'Install a current Node from https://nodejs.org and run the same command again.',
  );
  process.exit(2);
} else {
  import('./launch/run.mjs').then((module) => module.run(process.argv.slice(2)));
}
