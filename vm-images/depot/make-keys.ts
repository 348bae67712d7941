import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { certificateDer, type NewCertificateName, parseCertificate } from '../userland/model/package/index.ts';
import { nodeCodec } from './node-codec.ts';
import { pemOf } from './pem.ts';

const ORGANIZATION = 'Bootbank training';
const FROM = Date.UTC(2013, 0, 1);
const TO = Date.UTC(2049, 0, 1);
const EXPIRED = Date.UTC(2014, 0, 1);

interface Issuer {
  name: Uint8Array;
  key: KeyObject;
}

/**
 * Makes the authority and the signers of packages anew: `NAME.crt` and `NAME.key` in a folder. They are for training and
 * published with the project, so that anybody can sign packages for a lab; hosts of labs are all that trusts them.
 */
export function makeKeys(folder: string): void {
  mkdirSync(folder, { recursive: true });
  let serial = 1;
  const make = (
    file: string,
    subject: Omit<NewCertificateName, 'organization'>,
    issuer: Issuer | null,
    options: { isCa?: boolean; until?: number } = {},
  ): Issuer => {
    const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const name = { organization: ORGANIZATION, ...subject };
    const der = certificateDer(
      {
        serial: (serial++).toString(16).padStart(2, '0'),
        subject: name,
        issuer: issuer?.name ?? name,
        notBefore: FROM,
        notAfter: options.until ?? TO,
        publicKeySpki: new Uint8Array(keys.publicKey.export({ type: 'spki', format: 'der' })),
        isCa: options.isCa ?? false,
        sign: (tbs) => new Uint8Array(sign('sha256', tbs, issuer?.key ?? keys.privateKey)),
      },
      nodeCodec,
    );
    writeFileSync(path.join(folder, `${file}.crt`), pemOf('CERTIFICATE', der));
    writeFileSync(path.join(folder, `${file}.key`), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return { name: parseCertificate(der, nodeCodec).subject.raw, key: keys.privateKey };
  };
  const root = make('root', { commonName: 'Bootbank training root' }, null, { isCa: true });
  const authority = make('signing-ca', { commonName: 'Bootbank training package signing' }, root, { isCa: true });
  make('certified', { commonName: 'Bootbank releases', organizationalUnit: 'certified' }, authority);
  make('accepted', { commonName: 'Bootbank verified partners', organizationalUnit: 'accepted' }, authority);
  make('partner', { commonName: 'Bootbank partners', organizationalUnit: 'partner' }, authority);
  make('expired', { commonName: 'Bootbank partners of 2013', organizationalUnit: 'partner' }, authority, {
    until: EXPIRED,
  });
  const stranger = make('stranger-root', { commonName: 'Somebody else' }, null, { isCa: true });
  make('stranger', { commonName: 'Somebody else, signing', organizationalUnit: 'certified' }, stranger);
}
