/** Words as a shell cuts them: blanks part them, quotes and backslashes keep them together. */
import { CommandError } from './command-error.js';

/** Throws CommandError where a quote is not closed. */
export function argumentWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (quote === '' && /\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (quote === '' && (letter === '"' || letter === "'")) {
      quote = letter;
      word ??= '';
    } else if (letter === quote) quote = '';
    else if (letter === '\\' && quote !== "'" && i + 1 < text.length) word = (word ?? '') + text[++i];
    else word = (word ?? '') + letter;
  }
  if (quote !== '') throw new CommandError(`a closing ${quote} is missing`);
  if (word !== undefined) words.push(word);
  return words;
}
