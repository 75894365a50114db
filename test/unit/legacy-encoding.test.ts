import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { legacyEncoding } from '../../electron/services/datasets/importers/legacy-encoding.ts';

const WORDS: Readonly<Record<string, readonly string[]>> = {
  'windows-1251': ['Москва', 'да', 'Київ', 'ООО Ромашка'],
  'koi8-r': ['Москва', 'Казань', 'Нижний Новгород', 'нет'],
  'windows-1253': ['Αθήνα', 'Πάτρα', 'όχι', 'ναι'],
  gb18030: ['北京', '男', '张三', '已付款'],
  'euc-jp': ['東京', 'さくら', 'カメラ', '表示'],
  'euc-kr': ['서울', '부산', '김철수', '결제완료'],
  shift_jis: ['都市', 'さくら', 'カメラ', '表示'],
  'windows-1252': ['“Café” – 5 €', 'It’s', 'São Paulo', 'Þórður'],
};

describe('the encoding of a text that is no Unicode', () => {
  it.each(Object.entries(WORDS))('is %s for four words in it among numbers', (encoding, words) => {
    const text = words.map((word, row) => `${row},${word},${row * 1.5},2026-01-0${row + 1}`).join('\n');
    expect(legacyEncoding(iconv.encode(`id,name,value,day\n${text}\n`, encoding))).toBe(encoding);
  });
});
