// Says plainly what is wrong before anything else fails in a stranger way.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Bootbank needs Node.js 20.19 or later; this is ${process.versions.node}. See https://nodejs.org/`);
  process.exit(2);
}
