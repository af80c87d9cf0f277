// Makes test vectors for signature presets: node tools/vectors/make.mjs > internal/verify/verifytest/testdata/vectors.json
//
// The program is independent of Hookline: it computes signatures with node's crypto after the providers'
// documentation, with invented secrets and bodies. It was run once and its output is committed; ECDSA
// signatures differ from run to run, everything else is the same. Keys that are PEM files under keys/ were
// made with openssl for this purpose and protect nothing.
import { accepted } from './accepted.mjs';
import { handshakes } from './handshakes.mjs';
import { publicKey } from './publickey.mjs';
import { rawBody } from './rawbody.mjs';
import { rejected } from './rejected.mjs';
import { timed } from './timed.mjs';
import { unsignedBody } from './unsignedbody.mjs';
import { withURL } from './withurl.mjs';

const providers = [...rawBody, ...timed, ...withURL, ...unsignedBody, ...publicKey];
const vectors = providers.flatMap((p) => [...accepted(p), ...(p.brief ? [] : rejected(p)), ...handshakes(p)]);

const ids = new Set(vectors.map((v) => v.id));
if (ids.size !== vectors.length) throw new Error('two vectors have one id');
process.stdout.write(`[\n${vectors.map((v) => JSON.stringify(v)).join(',\n')}\n]\n`);
