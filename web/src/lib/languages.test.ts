import { expect, test } from 'vitest';
import { choose } from './languages';

test.each([
  [['de-AT', 'en'], 'de'],
  [['pt-BR', 'fr-CA'], 'fr'],
  [['zh-TW'], 'zh-CN'],
  [['zh'], 'zh-CN'],
  [['pt'], 'en'],
  [[], 'en'],
])('choose(%j) = %s', (wished, want) => expect(choose(wished)).toBe(want));
