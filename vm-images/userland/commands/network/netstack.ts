import { type CommandArgs, CommandError, type Parameter } from '../framework/index.ts';

/** 5.5 has one TCP/IP stack by default; making more is not supported. */
export const netstackParameter: Parameter = {
  long: 'netstack',
  short: 'N',
  type: 'string',
  description: 'The TCP/IP stack; this host has defaultTcpipStack alone.',
};

export function checkNetstack(args: CommandArgs): void {
  const name = args.optionalString('netstack');
  if (name !== undefined && name !== 'defaultTcpipStack') {
    throw new CommandError(`There is no TCP/IP stack instance with the name ${name}`);
  }
}
