/**
 * The software TLB of one hart, which lives in the board's memory where the interpreter reads it without a call.
 *
 * There is a pair of tables for each region: M (never translated), S and U. An entry for loads and stores has four words:
 *
 *   read tag | write tag | addend | known
 *
 * `known` is what a guest could notice: the virtual address of the page, and in its low bits which accesses have been
 * translated; virtual address + addend = byte offset in the board's memory. A tag is the virtual address of the page, or
 * NO_PAGE: the interpreter may load from it, or store to it, without asking. Tags come and go as it suits the host, because
 * a frame is watched or a trigger is set; translations are forgotten only when the specification lets them be.
 *
 * Fetches have two tables: entries of two words, the tag and the first word of the page of decoded code; and what is known,
 * the virtual address of the page (or NO_PAGE) and the byte offset of the frame. Only RAM has entries.
 */
import {
  DATA_ENTRY_WORDS,
  DATA_TABLE_WORDS,
  DATA_TABLES,
  FETCH_ENTRY_WORDS,
  FETCH_TABLE_WORDS,
  FETCH_TABLES,
  FRAME_BYTES,
  KNOWN_FETCHES,
  TLB_ENTRIES,
  TLB_REGIONS,
} from '../memory/layout.js';
import { MODE } from './trap.js';

export const REGION = { M: 0, S: 1, U: 2 } as const;
export type Region = (typeof REGION)[keyof typeof REGION];

export function regionOf(mode: number): Region {
  if (mode === MODE.M) return REGION.M;
  return mode === MODE.S ? REGION.S : REGION.U;
}

/** The mode whose accesses a region is for. */
export function modeOf(region: Region): number {
  if (region === REGION.M) return MODE.M;
  return region === REGION.S ? MODE.S : MODE.U;
}

/** A tag that no address has: fast paths compare with addresses whose bit 2 is cleared. */
export const NO_PAGE = 4;

export const ENTRY = { read: 0, write: 1, addend: 2, known: 3 } as const;

/** Low bits of `known`: translated for loads, for stores. */
export const KNOWN = { LOAD: 1, STORE: 2 } as const;
const KNOWN_BITS = KNOWN.LOAD | KNOWN.STORE;

/** Translations of S and U that are noted one by one; a kernel that switches often knows few when it does. */
const NOTED_TRANSLATIONS = 64;

const PAGE_MASK = -FRAME_BYTES;
const INDEX_MASK = TLB_ENTRIES - 1;

/** Words of a saved translation: where it stands, its page with the bits of KNOWN, and the byte offset of its frame. */
const SAVED_WORDS = 3;
/** In the first of them: a translation for fetches. Above the number of the region, and of the entry. */
const SAVED_FETCH = 1 << 16;
const REGION_SHIFT = 8;

export class Tlb {
  /**
   * Which entries of S and U may hold anything since the last flush: places as in a snapshot. Beyond NOTED_TRANSLATIONS the count
   * goes on, and all have to be flushed.
   */
  private readonly noted = new Int32Array(NOTED_TRANSLATIONS);
  private notedCount = 0;

  constructor(
    private readonly words: Int32Array,
    private readonly start: number,
  ) {
    this.flushAll();
  }

  dataTable(region: Region): number {
    return this.start + DATA_TABLES + region * DATA_TABLE_WORDS;
  }

  fetchTable(region: Region): number {
    return this.start + FETCH_TABLES + region * FETCH_TABLE_WORDS;
  }

  /** First word of the entry for loads and stores that `address` can have in `table`. */
  dataEntry(table: number, address: number): number {
    return table + ((address >>> 12) & INDEX_MASK) * DATA_ENTRY_WORDS;
  }

  /** Whether the entry has the translation of `address` for the accesses `bit` of KNOWN. */
  knowsData(entry: number, address: number, bit: number): boolean {
    return (this.words[entry + ENTRY.known] & (PAGE_MASK | bit)) === ((address & PAGE_MASK) | bit);
  }

  /** Remembers that the page of `address` is found at byte `offset` of the board's memory, for the accesses `bit` of KNOWN. */
  learnData(entry: number, address: number, offset: number, bit: number): void {
    const { words } = this;
    const page = address & PAGE_MASK;
    const addend = (offset - address) | 0;
    const known = words[entry + ENTRY.known];
    if (known === NO_PAGE) this.note((entry - this.start - DATA_TABLES) / DATA_ENTRY_WORDS);
    if (known === NO_PAGE || (known & PAGE_MASK) !== page || words[entry + ENTRY.addend] !== addend) {
      words.fill(NO_PAGE, entry, entry + DATA_ENTRY_WORDS);
      words[entry + ENTRY.addend] = addend;
      words[entry + ENTRY.known] = page;
    }
    words[entry + ENTRY.known] |= bit;
  }

  /** Lets the interpreter access the page of `address`, which the entry knows, by itself. */
  allow(entry: number, tag: number, address: number): void {
    this.words[entry + tag] = address & PAGE_MASK;
  }

  /** Byte offset in RAM of the frame that the page of `address` is fetched from, or -1. */
  knownFetch(region: Region, address: number): number {
    const entry = this.knownFetchEntry(region, address);
    return this.words[entry] === (address & PAGE_MASK) ? this.words[entry + 1] : -1;
  }

  /** Remembers that the page of `address` is fetched from the frame at byte `frame` of RAM. */
  learnFetch(region: Region, address: number, frame: number): void {
    const entry = this.knownFetchEntry(region, address);
    if (this.words[entry] === NO_PAGE)
      this.note(((entry - this.start - KNOWN_FETCHES) / FETCH_ENTRY_WORDS) | SAVED_FETCH);
    this.words[entry] = address & PAGE_MASK;
    this.words[entry + 1] = frame;
    this.words[this.fetchEntry(region, address)] = NO_PAGE;
  }

  /** Lets the interpreter enter the page of `address`, which is known, by itself. */
  fillFetch(region: Region, address: number, codePage: number): void {
    const entry = this.fetchEntry(region, address);
    this.words[entry] = address & PAGE_MASK;
    this.words[entry + 1] = codePage;
  }

  /** The frame at byte `offset` of the board's memory is watched from now on: the interpreter may not store to it. */
  guardFrame(offset: number): void {
    const { words } = this;
    const end = this.start + DATA_TABLES + TLB_REGIONS * DATA_TABLE_WORDS;
    for (let entry = this.dataTable(REGION.M); entry < end; entry += DATA_ENTRY_WORDS) {
      const page = words[entry + ENTRY.write];
      if (page !== NO_PAGE && ((page + words[entry + ENTRY.addend]) | 0) === offset)
        words[entry + ENTRY.write] = NO_PAGE;
    }
  }

  /** All frames are watched from now on. */
  guardAll(): void {
    const { words } = this;
    const end = this.start + DATA_TABLES + TLB_REGIONS * DATA_TABLE_WORDS;
    for (let at = this.dataTable(REGION.M) + ENTRY.write; at < end; at += DATA_ENTRY_WORDS) words[at] = NO_PAGE;
  }

  /** The page of decoded code that starts at word `codePage` is gone. */
  forgetCode(codePage: number): void {
    const { words } = this;
    const end = this.start + FETCH_TABLES + TLB_REGIONS * FETCH_TABLE_WORDS;
    for (let entry = this.fetchTable(REGION.M); entry < end; entry += FETCH_ENTRY_WORDS) {
      if (words[entry + 1] === codePage) words[entry] = NO_PAGE;
    }
  }

  /** Makes the interpreter ask again before it accesses or enters the page of `address`. */
  disallow(address: number): void {
    for (const region of [REGION.M, REGION.S, REGION.U]) {
      const entry = this.dataEntry(this.dataTable(region), address);
      this.words[entry + ENTRY.read] = NO_PAGE;
      this.words[entry + ENTRY.write] = NO_PAGE;
      this.words[this.fetchEntry(region, address)] = NO_PAGE;
    }
  }

  /** The same for all pages. */
  disallowAll(): void {
    for (let page = 0; page < TLB_ENTRIES; page++) this.disallow(page * FRAME_BYTES);
  }

  /** Forgets every translation that page tables gave: regions S and U. */
  flush(): void {
    const { notedCount } = this;
    if (notedCount > NOTED_TRANSLATIONS) this.flushRegions(REGION.S, TLB_REGIONS);
    else for (let i = 0; i < notedCount; i++) this.flushPlace(this.noted[i]);
    this.notedCount = 0;
  }

  /** Forgets everything, M mode's pages too. */
  flushAll(): void {
    this.flushRegions(REGION.M, TLB_REGIONS);
    this.notedCount = 0;
  }

  /** Forgets what loads and stores of S and U know. */
  flushData(): void {
    this.words.fill(NO_PAGE, this.dataTable(REGION.S), this.dataTable(REGION.U) + DATA_TABLE_WORDS);
  }

  /** Forgets what S and U know of the 4 KiB of `address`. */
  flushPage(address: number): void {
    for (const region of [REGION.S, REGION.U]) {
      const data = this.dataEntry(this.dataTable(region), address);
      this.words.fill(NO_PAGE, data, data + DATA_ENTRY_WORDS);
      this.words[this.fetchEntry(region, address)] = NO_PAGE;
      this.words[this.knownFetchEntry(region, address)] = NO_PAGE;
    }
  }

  /** All translations, three words each: what `restore` takes. `ramStart` is the byte offset of RAM. */
  snapshot(ramStart: number): number[] {
    const { words } = this;
    const saved: number[] = [];
    for (let place = 0; place < TLB_REGIONS << REGION_SHIFT; place++) {
      const data = this.start + DATA_TABLES + place * DATA_ENTRY_WORDS;
      const known = words[data + ENTRY.known];
      if (known !== NO_PAGE) saved.push(place, known, (known & PAGE_MASK) + words[data + ENTRY.addend] - ramStart);
      const fetch = this.start + KNOWN_FETCHES + place * FETCH_ENTRY_WORDS;
      if (words[fetch] !== NO_PAGE) saved.push(place | SAVED_FETCH, words[fetch], words[fetch + 1]);
    }
    return saved;
  }

  /** Takes back what `snapshot` gave. Returns false, having done part of it, if it cannot have been that. */
  restore(saved: readonly number[], ramStart: number, ramBytes: number): boolean {
    this.flushAll();
    for (let i = 0; i < saved.length; i += SAVED_WORDS) {
      const [where, page, savedFrame] = saved.slice(i, i + SAVED_WORDS);
      const place = where & ~SAVED_FETCH;
      const frame = savedFrame | 0;
      if (!(place >= 0 && place < TLB_REGIONS << REGION_SHIFT)) return false;
      if (!(frame >= 0 && frame < ramBytes && frame % FRAME_BYTES === 0)) return false;
      if ((where & SAVED_FETCH) !== 0) {
        const entry = this.start + KNOWN_FETCHES + place * FETCH_ENTRY_WORDS;
        this.words[entry] = page & PAGE_MASK;
        this.words[entry + 1] = frame;
        this.note(where);
      } else {
        const entry = this.start + DATA_TABLES + place * DATA_ENTRY_WORDS;
        this.learnData(entry, page & PAGE_MASK, ramStart + frame, page & KNOWN_BITS);
      }
    }
    return saved.length % SAVED_WORDS === 0;
  }

  private fetchEntry(region: Region, address: number): number {
    return this.fetchTable(region) + ((address >>> 12) & INDEX_MASK) * FETCH_ENTRY_WORDS;
  }

  private knownFetchEntry(region: Region, address: number): number {
    const table = this.start + KNOWN_FETCHES + region * FETCH_TABLE_WORDS;
    return table + ((address >>> 12) & INDEX_MASK) * FETCH_ENTRY_WORDS;
  }

  /** An entry that was empty is used from now on. */
  private note(place: number): void {
    if ((place & ~SAVED_FETCH) >>> REGION_SHIFT === REGION.M) return;
    if (this.notedCount < NOTED_TRANSLATIONS) this.noted[this.notedCount] = place;
    this.notedCount++;
  }

  private flushPlace(place: number): void {
    const { words } = this;
    const at = place & ~SAVED_FETCH;
    if ((place & SAVED_FETCH) === 0) {
      const data = this.start + DATA_TABLES + at * DATA_ENTRY_WORDS;
      words[data] = NO_PAGE;
      words[data + 1] = NO_PAGE;
      words[data + 2] = NO_PAGE;
      words[data + 3] = NO_PAGE;
    } else {
      words[this.start + FETCH_TABLES + at * FETCH_ENTRY_WORDS] = NO_PAGE;
      words[this.start + KNOWN_FETCHES + at * FETCH_ENTRY_WORDS] = NO_PAGE;
    }
  }

  private flushRegions(from: number, to: number): void {
    const { words } = this;
    const fill = (tables: number, size: number) => {
      words.fill(NO_PAGE, this.start + tables + from * size, this.start + tables + to * size);
    };
    fill(DATA_TABLES, DATA_TABLE_WORDS);
    fill(FETCH_TABLES, FETCH_TABLE_WORDS);
    fill(KNOWN_FETCHES, FETCH_TABLE_WORDS);
  }
}
