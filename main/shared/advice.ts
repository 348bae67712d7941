/**
 * The next step for each error code that people can meet, in words that fit every door. Where the command line and the window
 * differ, both are given.
 */
type Advice = string | { cli: string; app: string };
export type Door = 'cli' | 'app';

const REBUILD: Advice = {
  cli: 'Run `npm run images` to build the host images again.',
  app: 'Start the app again: it builds the host images that are missing or damaged.',
};
const FROM_DISK = 'The host can still start from its disk: power it on.';
const REPORT = 'This should not happen. Please report it with the message above.';

const advice: Readonly<Record<string, Advice>> = {
  'app.cancelled': 'Nothing was changed.',
  'app.no-parent': REPORT,
  'app.window-closed': 'Open the window again: your labs are kept.',
  'app.wrong-sender': REPORT,
  'bench.app-timeout': 'Run `npm start` by hand to see what the app says.',
  'bench.command-failed': 'Build the host images again with `npm run images`, and run the benchmark once more.',
  'bench.no-peer': 'Install it (on Debian: apt-get install qemu-system-x86), or leave out --peer.',
  'bench.peer-timeout': 'Run the benchmark again; the peer may have been starved of processor time.',
  'capture.failed': 'Choose a file in a folder that exists and can be written to.',
  'cli.usage': 'Run the verb with --help to see what it takes.',
  'console.aborted': 'Nothing was changed.',
  'console.bad-keys':
    'Keys are text with names in angle brackets: `root<Tab>secret<Enter>`, `<F2>`, `<Shift+R>`, `<lt>` for <.',
  'console.wait-timeout': 'Look at the console to see where the host stands, or give it more time.',
  'depot.invalid': 'Correct the places named above.',
  'depot.unknown-vib': 'Name VIBs of the depot, or of the image it is for.',
  'depot.unreadable': 'Name a YAML file that can be read.',
  'disk.base-bad-input': REPORT,
  'disk.base-damaged': REBUILD,
  'disk.base-missing': REBUILD,
  'disk.fat-bad-format': REPORT,
  'disk.fat-bad-name': 'Names in a boot bank are 8.3: `net-virt.v00`.',
  'disk.fat-damaged': 'The volume on the host is damaged. Reset the host to start with a sound disk.',
  'disk.fat-full': 'Remove something from that volume first.',
  'disk.fat-not-found': 'Look at the volume from the host for the names that are there.',
  'disk.full': 'Free some space on this computer; the host is paused and continues from where it was.',
  'disk.gpt-bad-layout': REPORT,
  'disk.gpt-damaged': 'The partition table of the host is damaged. Reset the host to start with a sound disk.',
  'disk.journal-damaged': 'The undamaged part of the saved disk is used; what was written last may be missing.',
  'disk.journal-mismatch':
    'The saved disk belongs to another host image. Reset the host, or open it with the version that made it.',
  'disk.journal-version': 'The saved disk was made by another version. Reset the host, or open it with that version.',
  'disk.no-partition': 'The partition is not on the host any more. Reset the host to start with a sound disk.',
  'disk.not-fat': 'The volume on the host is damaged. Reset the host to start with a sound disk.',
  'disk.out-of-range': REPORT,
  'engine.bad-state': 'The kept progress of this lab can’t be read. Start the lab again.',
  'engine.hint-order': 'Take the hints before it first.',
  'engine.unknown-hint': 'Hints are numbered from 0; session.view lists them.',
  'engine.unknown-task': 'Task ids are those of session.view.',
  'grader.bad-output': 'The check could not read what the host answered. Try it again; if it stays, report the lab.',
  'grader.timeout':
    'The copy of the host did not answer in time. Close what else is busy on this computer and check again.',
  'grader.unknown-task': 'Task ids are those of session.view.',
  'guest.aborted': 'Nothing more was done on the host.',
  'guest.agent-problem': 'The host goes on. Power-cycle it if it does not answer.',
  'guest.bad-answer': 'Try it again; power-cycle the host if it stays.',
  'guest.exec-timeout':
    'The command was ended. Give it more time, or see with `ps` and `esxtop` what keeps the host busy.',
  'guest.no-answer': 'The host may be busy or hung. Look at its console, or power-cycle it.',
  'guest.no-file': 'List the folder to see what is there.',
  'guest.not-ready': 'The host is off or still starting. Wait until it is ready, or power it on.',
  'host.unknown': 'Host names are those of session.open.',
  'image.build-aborted': 'Start it again: what was built so far is kept.',
  'image.build-failed': REBUILD,
  'image.bundle-failed': 'A program of the host does not compile. `npm run check` says where.',
  'image.compile-failed': REBUILD,
  'image.first-boot-failed': REBUILD,
  'image.missing': REBUILD,
  'image.missing-input': 'The installation is incomplete. Install it again.',
  'image.unknown': 'Choose one of the images named above.',
  'image.unreadable': REBUILD,
  'input.invalid': 'Correct the parameters named above.',
  'input.listen': 'Forwards listen on loopback only: `127.0.0.1:0` picks a free port.',
  'input.network': 'Choose one of the networks named above.',
  'input.nic': 'Choose one of the adapters named above.',
  'input.no-lab': 'Open the session with a lab to grade or check it.',
  'internal.unexpected': REPORT,
  'lab.invalid': { cli: 'Correct the places named above.', app: 'The author of the lab has to correct it.' },
  'lab.setup-failed': {
    cli: 'Correct the lab’s set-up.',
    app: 'Try it again; if it stays, the author of the lab has to correct it.',
  },
  'lab.solution-failed': 'Correct the solution of the lab.',
  'lab.unknown': {
    cli: 'List the labs with `npm run -s lab -- list`.',
    app: 'Go back to the catalogue for the labs there are.',
  },
  'lab.variables-exhausted': 'Try another seed; if it stays, the author of the lab has to widen its variables.',
  'rpc.bad-message': 'Send one JSON-RPC 2.0 request a line.',
  'rpc.unknown-method': 'The methods are listed in ARCHITECTURE.md and main/shared/contracts/api.ts.',
  'script.unknown-host': 'Begin the line with one of the hosts named above and a colon, or with none for the first.',
  'script.unreadable': 'Name a text file that can be read.',
  'session.busy': 'Wait until it is done, then try again.',
  'session.file-damaged': 'Start the lab again. The disks of its hosts are still in the data folder.',
  'session.image-gone':
    'The image this session was made with is no longer here. Reset the lab to start it on the present image.',
  'session.unknown': 'The session was closed, or belongs to another process. Open it again.',
  'shell.unknown': 'The shell was closed. Open another one.',
  'snapshot.damaged': `The file is damaged or cut short. ${FROM_DISK}`,
  'snapshot.image': `The snapshot belongs to another host image. ${FROM_DISK}`,
  'snapshot.memory': `The snapshot is of a host with another memory size. ${FROM_DISK}`,
  'snapshot.missing': FROM_DISK,
  'snapshot.stale': `The disk has been written to since. ${FROM_DISK}`,
  'snapshot.version': `The snapshot was made by another version. ${FROM_DISK}`,
  'submission.bad': 'Hand in the file that `session.submit` or the app wrote, unchanged.',
  'topology.invalid': 'Correct the hosts and networks named above.',
  'vm.callback-failed': 'The host goes on. Reset it if it behaves oddly, and please report the message above.',
  'vm.crashed':
    'The emulator of this host stopped. Power it on: it starts from its disk, nothing it had written is lost.',
  'vm.not-running': 'Power it on first.',
  'vm.wait-aborted': 'Nothing was changed.',
  'vm.wait-timeout': 'Give it more time, or look at the console to see where it stands.',
  'vm.worker-lost':
    'The process of this host ended. Power it on: it starts from its disk, nothing it had written is lost.',
  'wire.truncated': REPORT,
};

/** @returns undefined for a code without advice; its message stands alone then. */
export function adviceFor(code: string, door: Door): string | undefined {
  const entry = advice[code];
  return entry === undefined || typeof entry === 'string' ? entry : entry[door];
}
