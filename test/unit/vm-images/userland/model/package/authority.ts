import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import {
  type Certificate,
  certificateDer,
  type NewCertificate,
  parseCertificate,
} from '../../../../../../vm-images/userland/model/package/index.ts';

export const NOT_BEFORE = Date.UTC(2026, 0, 1);
export const NOW = Date.UTC(2026, 6, 1);
export const NOT_AFTER = Date.UTC(2036, 0, 1);

export interface Party {
  certificate: Certificate;
  privateKey: KeyObject;
  spki: Uint8Array;
  sign(data: Uint8Array): Uint8Array;
}

export type Keys = Omit<Party, 'certificate'>;

export function makeKeys(): Keys {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey,
    spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    sign: (data) => new Uint8Array(sign('sha256', data, privateKey)),
  };
}

/** A party whose certificate the issuer signed; without an issuer, a root. */
export function makeParty(
  commonName: string,
  issuer: Party | null,
  changes: Partial<NewCertificate> = {},
  keys: Keys = makeKeys(),
): Party {
  const subject = { commonName, organization: 'Bootbank', organizationalUnit: 'Packages' };
  const der = certificateDer(
    {
      serial: '0fed01',
      subject,
      issuer: issuer === null ? subject : issuer.certificate.subject.raw,
      notBefore: NOT_BEFORE,
      notAfter: NOT_AFTER,
      publicKeySpki: keys.spki,
      isCa: true,
      sign: issuer === null ? keys.sign : issuer.sign,
      ...changes,
    },
    nodeCodec,
  );
  return { ...keys, certificate: parseCertificate(der, nodeCodec) };
}

/** As other programs take it. */
export function pem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
