// Writes tests/Hybrid.Tests/Encoding/wordpiece-reference.jsonl: the reference's ids for made-up texts of all scripts, and a digest of
// its ids for every code point.
//
//   cd infra/wordpiece && npm ci && node texts.mjs
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { root, tokenizer } from './reference.mjs';

let state = 20;
const below = (n) => {   // mulberry32
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return Math.floor(((t ^ (t >>> 14)) >>> 0) / 4294967296 * n);
};
const fragments = ['wireless', 'Playing', 'naïve', 'İstanbul', 'ẞ', 'ΑΣ', '[CLS]', '[SEP]', '[sep]', '[MASK', '##ing', ' ', '\r\n', '\u00a0', '\u3000', '한국어', '힣',
  '東京', '\u0301', '!', '1,299', 'ガ', 'カ゛', 'สวัสดี', 'हिन्दी', '\u212b', '\u037e', '≮', '\u200d', '🇨🇳', '👩‍👩‍👧', '\ufffd', '\u2028', '\u180e', '\ufeff', 'Ⴀ', 'Ꭰ', '𐐀', '\ud83e\udee0',
  'b'.repeat(100), 'é'.repeat(101)];
const ranges = [[0x20, 0x7f], [0x20, 0x7f], [0x61, 0x7b], [0xa0, 0x250], [0x300, 0x370], [0x370, 0x600], [0x600, 0x2000], [0x2000, 0x3400], [0x3400, 0xd800], [0xe000, 0x10000], [0x10000, 0x20000], [0x20000, 0x110000]];
const text = () => {
  let made = '';
  for (let i = 1 + below(16); i > 0; i--) {
    const [from, to] = ranges[below(ranges.length)];
    made += [fragments[below(fragments.length)], ' ', String.fromCodePoint(from + below(to - from))][below(3)];
  }
  return made;
};
const ids = async (texts) => (await tokenizer.encodeBatch(texts)).map((encoding) => encoding.getIds());

const digest = createHash('sha256');
for (let from = 0; from < 0x110000; from += 0x1000) {
  const codes = Array.from({ length: from === 0xd000 ? 0x800 : 0x1000 }, (_, i) => from + i);   // no surrogates
  for (const encoded of await ids(codes.map((code) => `ab${String.fromCodePoint(code)}cd ${String.fromCodePoint(code)}`)))
    digest.update(Buffer.from(Int32Array.from(encoded).buffer));
}
const texts = Array.from({ length: 300 }, text);
const escape = (json) => json.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const lines = (await ids(texts)).map((encoded, i) => escape(JSON.stringify({ text: texts[i], ids: encoded })));
lines.unshift(JSON.stringify({ every_code_point: digest.digest('hex') }));
writeFileSync(new URL('tests/Hybrid.Tests/Encoding/wordpiece-reference.jsonl', root), `${lines.join('\n')}\n`);
