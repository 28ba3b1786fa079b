/** The lines of source files, found again by what the compiler wrote of them. */
import type { SourceFile } from '../symbols/index.js';
import type { Host } from './host.js';
import { harmless, untabbed } from './text.js';

/** Files whose lines are kept at once. */
const MAX_FILES = 200;

export interface SourcePlaces {
  /** Where sources are looked for, the first first: compilers are told to hide where they were. */
  readonly folders: readonly string[];
  /** What they were told to write instead of the folders of the C library. */
  readonly library: readonly { readonly prefix: string; readonly folder: string }[];
}

export class SourceTexts {
  private readonly texts = new Map<string, readonly string[] | undefined>();

  constructor(
    private readonly host: Pick<Host, 'readFile'>,
    readonly places: SourcePlaces,
  ) {}

  /** With one more folder, which comes first. */
  with(folder: string): SourceTexts {
    const folders = [folder, ...this.places.folders.filter((one) => one !== folder)];
    return new SourceTexts(this.host, { ...this.places, folders });
  }

  /** The lines without their ends, fit for a terminal; undefined where the file is not found. */
  linesOf(file: SourceFile): readonly string[] | undefined {
    if (this.texts.has(file.path)) return this.texts.get(file.path);
    if (this.texts.size >= MAX_FILES) this.texts.clear();
    const lines = this.read(file);
    this.texts.set(file.path, lines);
    return lines;
  }

  /** A line, from 1; undefined where there is none. */
  line(file: SourceFile, number: number): string | undefined {
    return this.linesOf(file)?.[number - 1];
  }

  private read({ path, directory }: SourceFile): readonly string[] | undefined {
    for (const candidate of this.candidates(path, directory)) {
      const found = this.host.readFile(candidate);
      if ('text' in found)
        return found.text
          .replace(/\r?\n$/, '')
          .split(/\r?\n/)
          .map((line) => harmless(untabbed(line)));
    }
    return undefined;
  }

  private *candidates(path: string, directory: string): Iterable<string> {
    const { folders, library } = this.places;
    if (path.startsWith('/')) yield path;
    else if (directory.startsWith('/')) yield `${directory}/${path}`;
    const bare = path.slice(path.lastIndexOf('/') + 1);
    const isOfLibrary = library.some(({ prefix }) => prefix !== '' && path.startsWith(prefix));
    if (!isOfLibrary) for (const name of new Set([path, bare])) for (const folder of folders) yield `${folder}/${name}`;
    for (const { prefix, folder } of library) {
      if (path.startsWith(prefix)) yield `${folder}/${path.slice(prefix.length)}`;
    }
  }
}
