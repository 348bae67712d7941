/** Archives, certificates and signatures of software packages: pure, with the platform's part injected as PackageCodec. */
export { type ArMember, readAr, serializeAr } from './ar.ts';
export { type Certificate, type CertificateName, isSignedBy, parseCertificate } from './certificate.ts';
export { verifyChain } from './certificate-chain.ts';
export { certificateDer, type NewCertificate, type NewCertificateName } from './certificate-der.ts';
export { readSignedData, type SignedData, type SignerInfo, type VerifiedSignature, verifySignedData } from './cms.ts';
export { buildSignedData, type NewSignedData } from './cms-writer.ts';
export { DerFields, type DerNode, parseDer } from './der.ts';
export { PackageError, type PackageErrorKind, type TrustReason } from './errors.ts';
export { type RsaPublicKey, verifyPkcs1 } from './rsa.ts';
export { type ByteSource, bytesSource, type PackageCodec, sliceSource } from './types.ts';
export { readZip, readZipEntry, type ZipEntry, zipEntrySource } from './zip.ts';
export { serializeZip } from './zip-writer.ts';
