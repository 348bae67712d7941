/** Bytes written in hexadecimal, blanks for reading. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

/** 00:50:56:00:00:01 to 00:50:56:00:00:02 */
export const MACS = '005056000002 005056000001';
const TO_ALL = 'ffffffffffff 005056000001';

const word = (value: number) => value.toString(16).padStart(4, '0');
const byteCount = (text: string) => hex(text).length;
const zeros = (bytes: number) => '00'.repeat(bytes);
const ascii = (text: string) => Buffer.from(text).toString('hex');

/** From 10.20.0.1 to 10.20.0.2, checksums left out. `field`: flags and fragment offset. */
function ipv4(protocol: string, data: string, { field = '4000', options = '' } = {}): string {
  const headerBytes = 20 + byteCount(options);
  const total = word(headerBytes + byteCount(data));
  return `0800 4${headerBytes / 4}00 ${total} 0001 ${field} 40 ${protocol} 0000 0a140001 0a140002 ${options} ${data}`;
}

/** From fe80::250:56ff:fe00:1 to ff02::1:ff00:2. */
function ipv6(nextHeader: string, data: string): string {
  const ends = 'fe80000000000000025056fffe000001 ff0200000000000000000001ff000002';
  return `86dd 60000000 ${word(byteCount(data))} ${nextHeader} ff ${ends} ${data}`;
}

const udp = (from: number, to: number, data: string) =>
  `${word(from)} ${word(to)} ${word(8 + byteCount(data))} 0000 ${data}`;
const tcp = (from: number, to: number, flags: string, data = '') =>
  `${word(from)} ${word(to)} 00000001 00000000 50${flags} ffff 0000 0000 ${data}`;
const echo = (type: string, sequence: number, dataBytes: number) =>
  `${type} 00 0000 0001 ${word(sequence)} ${zeros(dataBytes)}`;

const ARP_REQUEST = `0806 0001 0800 06 04 0001 005056000001 0a140001 000000000000 0a140002`;
const NEIGHBOUR = 'fe80000000000000025056fffe000002';
const SOLICITATION = `87 00 0000 00000000 ${NEIGHBOUR} 01 01 005056000001`;
/** A message up to its options; `op`: 01 to a server, 02 from one. */
const bootp = (op: string, yiaddr: string) =>
  `${op}010600 12345678 00000000 00000000 ${yiaddr} 00000000 00000000 005056000001 ${zeros(10 + 192)} 63825363`;
const DNS_NAME = `05 ${ascii('esx01')} 03 ${ascii('lab')} 00`;
const NTP_REST = zeros(46);

/** Frames by what they are; headers as the standards lay them out. */
export const FRAMES = {
  arpRequest: hex(`${TO_ALL} ${ARP_REQUEST} ${zeros(18)}`),
  arpReply: hex(`${MACS} 0806 0001 0800 06 04 0002 005056000001 0a140001 005056000002 0a140002`),
  arpAnnouncement: hex(`${TO_ALL} 0806 0001 0800 06 04 0001 005056000001 0a140001 000000000000 0a140001`),
  echoRequest: hex(`${MACS} ${ipv4('01', echo('08', 7, 56), { field: '0000' })}`),
  echoReplyJumbo: hex(`${MACS} ${ipv4('01', echo('00', 1, 8972))}`),
  echoPadded: hex(`${MACS} ${ipv4('01', echo('08', 1, 4), { field: '0000' })} ${zeros(14)}`),
  tooLarge: hex(`${MACS} ${ipv4('01', `03 04 0000 0000 05dc ${zeros(28)}`)}`),
  portUnreachable: hex(`${MACS} ${ipv4('01', `03 03 0000 0000 0000 ${zeros(28)}`)}`),
  fragmentFirst: hex(`${MACS} ${ipv4('01', echo('08', 1, 1472), { field: '2000' })}`),
  fragmentMiddle: hex(`${MACS} ${ipv4('01', zeros(1480), { field: '20b9' })}`),
  fragmentLast: hex(`${MACS} ${ipv4('01', zeros(100), { field: '0456' })}`),
  tcpSyn: hex(`${MACS} ${ipv4('06', `c001 01bb 00000001 00000000 7002 ffff 0000 0000 02040582 01030307`)}`),
  tcpAck: hex(`${MACS} ${ipv4('06', tcp(49153, 22, '10'))} ${zeros(6)}`),
  tcpData: hex(`${MACS} ${ipv4('06', tcp(80, 49153, '18', ascii('HTTP/1.1')))}`),
  tcpReset: hex(`${MACS} ${ipv4('06', tcp(7001, 49153, '14'))}`),
  dnsQuery: hex(`${MACS} ${ipv4('11', udp(49154, 53, `0001 0100 0001 0000 0000 0000 ${DNS_NAME} 0001 0001`))}`),
  dnsAnswer: hex(
    `${MACS} ${ipv4('11', udp(53, 49154, `0001 8580 0001 0001 0000 0000 ${DNS_NAME} 001c 0001 c00c 001c 0001 0000003c 0010 ${NEIGHBOUR}`))}`,
  ),
  dnsNoSuchName: hex(`${MACS} ${ipv4('11', udp(53, 49154, `0001 8583 0001 0000 0000 0000 ${DNS_NAME} 0001 0001`))}`),
  ntpClient: hex(`${MACS} ${ipv4('11', udp(123, 123, `23 00 ${NTP_REST}`))}`),
  ntpServer: hex(`${MACS} ${ipv4('11', udp(123, 123, `24 02 ${NTP_REST}`))}`),
  syslog: hex(`${MACS} ${ipv4('11', udp(49154, 514, ascii('<14>esx01 vmkernel: up')))}`),
  dhcpDiscover: hex(
    `${TO_ALL} 0800 4500 0110 0001 0000 40 11 0000 00000000 ffffffff ${udp(68, 67, `${bootp('01', '00000000')} 350101 ff`)}`,
  ),
  dhcpOffer: hex(`${MACS} ${ipv4('11', udp(67, 68, `${bootp('02', '0a140032')} 3604 0a140001 350102 ff`))}`),
  udpOther: hex(`${MACS} ${ipv4('11', udp(8000, 8000, '0102'))}`),
  igmpReport: hex(`01005e000001 005056000001 ${ipv4('02', '16 00 0000 ef010101', { options: '94040000' })}`),
  gre: hex(`${MACS} ${ipv4('2f', '00000800')}`),
  neighbourSolicitation: hex(`3333ff000002 005056000001 ${ipv6('3a', SOLICITATION)}`),
  listenerReport: hex(
    `333300000016 005056000001 ${ipv6('00', `3a 00 0502 0000 0100 8f 00 0000 0000 0001 ${zeros(20)}`)}`,
  ),
  ipv6Fragment: hex(`${MACS} ${ipv6('2c', `11 00 05a9 00000001 ${zeros(1448)}`)}`),
  ipv6Dns: hex(`${MACS} ${ipv6('11', udp(49154, 53, `0001 0100 0001 0000 0000 0000 ${DNS_NAME} 001c 0001`))}`),
  tagged: hex(`${MACS} 8100 008e ${ipv4('01', echo('08', 1, 64), { field: '0000' })}`),
  taggedArp: hex(`${TO_ALL} 8100 6142 ${ARP_REQUEST}`),
  qinq: hex(`${MACS} 88a8 0fa0 8100 008e ${ipv4('01', echo('08', 1, 64), { field: '0000' })}`),
  serviceTag: hex(`${MACS} 88a8 0fa0 ${ARP_REQUEST}`),
  lldp: hex(`0180c200000e 005056000001 88cc 0207 04 005056000001 0407 03 005056000001 0602 0078 0000`),
  cdp: hex(`01000ccccccc 005056000001 0016 aaaa03 00000c 2000 02b4 0000 0001 000a ${ascii('esx01.')} ${zeros(24)}`),
  spanningTree: hex(`0180c2000000 005056000001 0007 424203 00000000 ${zeros(39)}`),
  reverseArp: hex(`${TO_ALL} 8035 ${zeros(46)}`),
} as const;
