/** One line of advice for each error code people can meet; a code without one is shown with its message alone. */
const advice: Readonly<Record<string, string>> = {
  'cli.usage': 'Run the verb with --help to see what it takes.',
  'disk.full': 'Free some space on this computer; the host is paused and continues from where it was.',
  'disk.journal-mismatch':
    'The saved disk belongs to another host image. Reset the host, or open it with the version that made it.',
  'disk.journal-damaged': 'The undamaged part of the saved disk is used; what was written last may be missing.',
  'guest.no-answer': 'The host may be busy or hung. Look at its console, or power-cycle it.',
  'guest.not-ready': 'The host is off or still starting. Wait until it is ready, or power it on.',
  'host.unknown': 'Host names are those of session.open.',
  'image.missing': 'Run `npm run images` to build the host images.',
  'image.unknown': 'The images that exist are listed by `npm run images -- --list`.',
  'image.build-failed': 'Run `npm run images` again; its log says which step failed.',
  'lab.unknown': 'List the labs with `npm run -s lab -- list`.',
  'lab.invalid': 'Run `npm run -s lab -- validate` for the place of each mistake.',
  'session.unknown': 'The session was closed, or belongs to another process. Open it again.',
  'session.image-gone':
    'The image this session was made with is no longer here. Reset the lab to start it on the present image.',
  'snapshot.damaged': 'The file is damaged or cut short. The host can still start from its disk.',
  'snapshot.version': 'The snapshot was made by another version. The host can still start from its disk.',
  'snapshot.image': 'The snapshot belongs to another host image. The host can still start from its disk.',
  'vm.crashed':
    'The emulator of this host stopped. Power it on: it starts from its disk, nothing it had written is lost.',
  'vm.worker-lost':
    'The process of this host ended. Power it on: it starts from its disk, nothing it had written is lost.',
  'vm.boot-timeout': 'The host did not finish starting. Look at its console for the last message.',
  'vm.wait-timeout': 'Give it more time, or look at the console to see where it stands.',
};

export function adviceFor(code: string): string | undefined {
  return advice[code];
}
