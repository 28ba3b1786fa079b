import { Refusal } from './failure.js';
export async function disassembleProgram(_files: readonly string[], _options: object): Promise<number> {
  throw new Refusal('the disassembler is not here yet');
}
