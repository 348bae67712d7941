import { type CommandContext, CommandError } from '../framework/index.ts';
import { array, object, printValue, ref } from './data-object.ts';
import { printTaskInfo, printTaskList, readTasks } from './tasks.ts';
import { booleanArgument, required, type VimCall, type VimCommand } from './types.ts';

const LICENSE_FILE = '/etc/vmware/license.cfg';
const EVALUATION_KEY = '00000-00000-00000-00000-00000';
const KEY = /^[0-9A-Z]{5}(-[0-9A-Z]{5}){4}$/;

const ROLES = [
  { id: -1, name: 'Admin', label: 'Administrator' },
  { id: -2, name: 'ReadOnly', label: 'Read-only' },
  { id: -3, name: 'View', label: 'View' },
  { id: -4, name: 'Anonymous', label: 'Anonymous' },
  { id: -5, name: 'NoAccess', label: 'No access' },
];

async function setLockdown(call: VimCall, on: boolean): Promise<undefined> {
  const { ctx } = call;
  if (ctx.host.config.lockdownMode === on) {
    throw new CommandError(`(vim.fault.HostConfigFault) Lockdown mode is ${on ? 'enabled' : 'disabled'} already.`);
  }
  await ctx.host.change(`Lockdown mode ${on ? 'entered' : 'left'} by ${call.user}`, (draft) => {
    draft.lockdownMode = on;
  });
  return undefined;
}

/** Grants on the root folder; `authorization.xml` of this host is one line a grant. */
const PERMISSIONS_KEY = /^permission\/(.+)$/;

function permissions(ctx: CommandContext): { principal: string; group: boolean; roleId: number; propagate: boolean }[] {
  const granted = Object.entries(ctx.host.config.extra)
    .filter(([key]) => PERMISSIONS_KEY.test(key))
    .map(([key, value]) => {
      const [group, role, propagate] = value.split(',');
      return {
        principal: PERMISSIONS_KEY.exec(key)?.[1] ?? '',
        group: group === 'true',
        roleId: Number(role),
        propagate: propagate === 'true',
      };
    });
  const builtIn = ['root', 'dcui', 'vpxuser'].map((principal) => ({
    principal,
    group: false,
    roleId: -1,
    propagate: true,
  }));
  return [...builtIn, ...granted];
}

export const vimsvcCommands: VimCommand[] = [
  {
    path: 'vimsvc/auth/lockdown_is_enabled',
    usage: '',
    summary: 'Show whether lockdown mode is on.',
    run: ({ ctx }) => `${ctx.host.config.lockdownMode}\n`,
  },
  {
    path: 'vimsvc/auth/lockdown_is_possible',
    usage: '',
    summary: 'Show whether lockdown mode can be switched.',
    run: () => 'true\n',
  },
  {
    path: 'vimsvc/auth/lockdown_mode_enter',
    usage: '',
    summary: 'Enter lockdown mode.',
    run: (call) => setLockdown(call, true),
  },
  {
    path: 'vimsvc/auth/lockdown_mode_exit',
    usage: '',
    summary: 'Leave lockdown mode.',
    run: (call) => setLockdown(call, false),
  },
  {
    path: 'vimsvc/auth/roles',
    usage: '',
    summary: 'List the roles.',
    run: () =>
      `${printValue(
        array(
          'vim.AuthorizationManager.Role',
          ROLES.map((role) =>
            object('vim.AuthorizationManager.Role', {
              roleId: role.id,
              system: true,
              name: role.name,
              info: object('vim.Description', { label: role.label, summary: role.label }),
            }),
          ),
        ),
      )}\n`,
  },
  {
    path: 'vimsvc/auth/role_permissions',
    usage: 'role',
    summary: 'List who has a role.',
    run(call) {
      const wanted = required(call, 0, 'the role');
      const role = ROLES.find((one) => one.name === wanted || String(one.id) === wanted);
      if (role === undefined)
        throw new CommandError(
          `(vim.fault.NotFound) There is no role '${wanted}'. Roles: ${ROLES.map((one) => one.name).join(', ')}`,
        );
      return printPermissions(permissions(call.ctx).filter((one) => one.roleId === role.id));
    },
  },
  {
    path: 'vimsvc/auth/permissions',
    usage: '',
    summary: 'List who may do what.',
    run: ({ ctx }) => printPermissions(permissions(ctx)),
  },
  {
    path: 'vimsvc/auth/entity_permission_add',
    usage: 'entity user isGroup role propagate',
    summary: 'Give a user or group a role on vim.Folder:ha-folder-root.',
    async run(call) {
      const entity = required(call, 0, 'the entity');
      const user = required(call, 1, 'the user or group');
      const group = booleanArgument(required(call, 2, 'isGroup'), 'isGroup');
      const roleName = required(call, 3, 'the role');
      const propagate = booleanArgument(required(call, 4, 'propagate'), 'propagate');
      const role = ROLES.find((one) => one.name === roleName);
      if (entity !== 'vim.Folder:ha-folder-root')
        throw new CommandError(
          `(vmodl.fault.ManagedObjectNotFound) There is no entity '${entity}': permissions are kept for vim.Folder:ha-folder-root.`,
        );
      if (role === undefined) throw new CommandError(`(vim.fault.NotFound) There is no role '${roleName}'.`);
      const passwd = call.ctx.system.files.readText(group ? '/etc/group' : '/etc/passwd') ?? '';
      if (!passwd.split('\n').some((line) => line.startsWith(`${user}:`)))
        throw new CommandError(
          `(vim.fault.UserNotFound) There is no ${group ? 'group' : 'user'} '${user}' on this host.`,
        );
      await call.ctx.host.change(`Permission of ${user}: ${role.name}`, (draft) => {
        draft.extra[`permission/${user}`] = `${group},${role.id},${propagate}`;
      });
      return undefined;
    },
  },
  {
    path: 'vimsvc/auth/entity_permission_remove',
    usage: 'entity user isGroup',
    summary: 'Take a role away.',
    async run(call) {
      const user = required(call, 1, 'the user or group');
      if (call.ctx.host.config.extra[`permission/${user}`] === undefined)
        throw new CommandError(`(vim.fault.NotFound) '${user}' has no permission that can be removed.`);
      await call.ctx.host.change(`Permission of ${user} removed`, (draft) => {
        delete draft.extra[`permission/${user}`];
      });
      return undefined;
    },
  },
  {
    path: 'vimsvc/task_list',
    usage: '',
    summary: 'List the tasks of this boot.',
    run: ({ ctx }) => printTaskList(ctx),
  },
  {
    path: 'vimsvc/task_info',
    usage: 'task',
    summary: 'Show a task.',
    run(call) {
      const wanted = required(call, 0, 'the task')
        .replace(/^'?(vim\.Task:)?/, '')
        .replace(/'$/, '');
      const task = readTasks(call.ctx).find((one) => one.key === wanted);
      if (task === undefined)
        throw new CommandError(`(vmodl.fault.ManagedObjectNotFound) There is no task '${wanted}'.`);
      return printTaskInfo(task);
    },
  },
  {
    path: 'vimsvc/task_cancel',
    usage: 'task',
    summary: 'Stop a task.',
    run(call) {
      throw new CommandError(
        `(vim.fault.InvalidState) Task ${required(call, 0, 'the task')} is over: tasks here end with the command that starts them.`,
      );
    },
  },
  {
    path: 'vimsvc/license',
    usage: '--show | --set KEY',
    summary: 'Show or set the licence key.',
    run: license,
  },
  {
    path: 'vimsvc/connect_info',
    usage: '',
    summary: 'Show this host as a client sees it.',
    run: ({ ctx }) =>
      `${printValue(object('vim.host.ConnectInfo', { serverIp: null, inDasCluster: false, host: ref('vim.HostSystem:ha-host'), uuid: ctx.host.config.systemUuid }))}\n`,
  },
];

function printPermissions(rows: ReturnType<typeof permissions>): string {
  const values = rows.map((one) =>
    object('vim.AuthorizationManager.Permission', { entity: ref('vim.Folder:ha-folder-root'), ...one }),
  );
  return `${printValue(array('vim.AuthorizationManager.Permission', values))}\n`;
}

function license(call: VimCall): string {
  const { files } = call.ctx.system;
  if (call.options.has('set')) {
    const key = (call.options.get('set') || call.args[0] || '').toUpperCase();
    if (!KEY.test(key))
      throw new CommandError(
        `(vmodl.fault.InvalidArgument) '${key}' is no licence key: five groups of five letters and digits are expected.`,
      );
    files.mkdir('/etc/vmware', { parents: true });
    files.write(LICENSE_FILE, `serial: ${key}\n`, { atomic: true });
    return `serial: ${key}\n`;
  }
  const serial = /^serial: (\S+)/m.exec(files.readText(LICENSE_FILE) ?? '')?.[1] ?? EVALUATION_KEY;
  const isEvaluation = serial === EVALUATION_KEY;
  const name = isEvaluation ? 'Evaluation Mode' : 'Lab licence (any well-formed key is taken)';
  return `serial: ${serial}\nvmodl key: ${isEvaluation ? 'eval' : 'esx.lab'}\nname: ${name}\ntotal: 0\nused:  0\nunit: cpuPackage\nProperties:\n`;
}
