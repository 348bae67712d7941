import * as std from 'std';
import { saveState, stateHasChanged } from './save-state.ts';

/** `backup save FOLDER` · `backup changed` (status 0: yes). backup.sh and auto-backup.sh call it. */
const [, action = '', folder = '/bootbank'] = scriptArgs;

if (action === 'changed') std.exit(stateHasChanged() ? 0 : 1);
else if (action === 'save') save();
else {
  std.err.puts('usage: backup save FOLDER | changed\n');
  std.exit(2);
}

function save(): void {
  try {
    for (const path of saveState(folder)) std.err.puts(`backup: left out, its name is too long: /${path}\n`);
  } catch (error) {
    std.err.puts(`backup: ${(error as Error).message}\n`);
    std.exit(1);
  }
}
