import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSignedData, type Certificate, parseCertificate } from '../userland/model/package/index.ts';
import { nodeCodec } from './node-codec.ts';
import { derOf } from './pem.ts';

export type SignerName = 'certified' | 'accepted' | 'partner' | 'stranger' | 'expired';

interface Signer {
  certificate: Certificate;
  key: KeyObject;
  /** Between the signer and the root. */
  intermediates: Uint8Array[];
}

/** Makes the signature over a descriptor. */
export type SignDescriptor = (descriptor: Uint8Array, signer: SignerName, atMs: number) => Uint8Array;

/** @param folder Where the keys are: `vm-images/depot/keys`. */
export function descriptorSigner(folder: string): SignDescriptor {
  const known = new Map<SignerName, Signer>();
  const text = (file: string) => readFileSync(path.join(folder, file), 'utf8');
  const read = (name: SignerName): Signer => {
    const certificate = parseCertificate(derOf('CERTIFICATE', text(`${name}.crt`)), nodeCodec);
    const intermediates = name === 'stranger' ? [] : [derOf('CERTIFICATE', text('signing-ca.crt'))];
    return { certificate, key: createPrivateKey(text(`${name}.key`)), intermediates };
  };
  return (descriptor, name, atMs) => {
    const signer = known.get(name) ?? read(name);
    known.set(name, signer);
    return buildSignedData({
      contentSha256Hex: nodeCodec.sha256(descriptor),
      certificates: [signer.certificate.raw, ...signer.intermediates],
      signer: signer.certificate,
      signingTimeMs: atMs,
      sign: (bytes) => new Uint8Array(sign('sha256', bytes, signer.key)),
    });
  };
}
