// Hugging Face's own tokenizer (the Rust crate, in an npm package), set up as BertTokenizerFast sets it up for all-MiniLM-L6-v2:
// what the generators beside this file ask.
import { readFileSync } from 'node:fs';
import tokenizers from '@anush008/tokenizers';

export const root = new URL('../../', import.meta.url);

const vocabulary = {};
readFileSync(new URL('models/all-MiniLM-L6-v2/vocab.txt', root), 'utf8').split('\n').forEach((piece, id) => { if (piece) vocabulary[piece] = id; });
const special = (token) => ({ id: vocabulary[token], content: token, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true });
const part = (token) => ({ id: token, ids: [vocabulary[token]], tokens: [token] });
const around = [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }];

export const tokenizer = tokenizers.Tokenizer.fromString(JSON.stringify({
  version: '1.0',
  truncation: { max_length: 256, strategy: 'LongestFirst', stride: 0, direction: 'Right' },
  padding: null,
  added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map(special),
  normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing', single: around, pair: [...around, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: { '[CLS]': part('[CLS]'), '[SEP]': part('[SEP]') },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: vocabulary },
}));
const normalizer = tokenizers.bertNormalizer({ cleanText: true, handleChineseChars: true, lowercase: true });
const splitter = tokenizers.bertPreTokenizer();

/** The words that the reference makes of a text before it looks any of them up. */
export const words = (text) => splitter.preTokenizeString(normalizer.normalizeString(text)).map(([word]) => word);
