/** The full-screen view: which panes are shown, how far they are scrolled, and when they are drawn. */
import type { Debugging } from './debugging.js';
import { type LayoutName, PANES, type PaneName, type View } from './host.js';
import type { LineEditor } from './line-editor.js';
import { arrangement } from './panes/arrangement.js';
import type { ConsoleText } from './panes/console-pane.js';
import type { Scene } from './panes/picture.js';
import { picture } from './panes/picture.js';
import { type RegistersBefore, sceneOf } from './panes/scene.js';
import { Screen } from './screen.js';
import type { Key, Terminal } from './terminal.js';

const NOT_SCROLLED: Readonly<Record<PaneName, number>> = { src: 0, asm: 0, regs: 0, threads: 0, cmd: 0 };
/** While the program runs and prints it is drawn so often, at most. */
const LEAST_MS_BETWEEN = 50;
const MAX_OFFSET = 100_000;

export class FullScreen implements View {
  layout: LayoutName = 'regs';
  /** A command is under way: what the panes show may not be so any more. */
  isRunning = false;
  private focused: PaneName = 'cmd';
  private isShown = false;
  private offsets: Record<PaneName, number> = { ...NOT_SCROLLED };
  private scene: Scene | undefined;
  private before: RegistersBefore = { thread: 0, words: undefined };
  private shownAt: RegistersBefore = { thread: 0, words: undefined };
  private drawnAt = 0;
  private readonly screen: Screen;

  constructor(
    private readonly terminal: Terminal,
    private readonly editor: LineEditor,
    private readonly said: ConsoleText,
    private readonly debugging: () => Debugging,
    hasColours: boolean,
  ) {
    this.screen = new Screen((text) => terminal.write(text), hasColours);
  }

  get isEnabled(): boolean {
    return this.isShown;
  }

  set isEnabled(isEnabled: boolean) {
    if (isEnabled === this.isShown) return;
    this.isShown = isEnabled;
    this.terminal.setAlternate(isEnabled);
    this.editor.open(!isEnabled);
    this.refresh();
  }

  get focus(): PaneName {
    return this.focused;
  }

  /** Only a pane that is shown can have the keys. */
  set focus(pane: PaneName) {
    const panes = this.panes();
    this.focused = panes.includes(pane) ? pane : 'cmd';
  }

  refresh(): void {
    this.screen.forget();
    this.draw();
  }

  /** The program has stopped, or commands speak of something else. */
  update(): void {
    const d = this.debugging();
    const words = d.threadIfAny() === undefined ? undefined : d.target.debuggee.registers(d.thread);
    const isSame = words?.every((word, i) => word === this.shownAt.words?.[i]) === true;
    if (!isSame || d.thread !== this.shownAt.thread) {
      this.before = this.shownAt;
      this.shownAt = { thread: d.thread, words };
      this.offsets = { ...NOT_SCROLLED };
    }
    this.scene = undefined;
    this.draw();
  }

  /** What was said or typed has changed. */
  draw(): void {
    if (!this.isShown) return;
    this.scene ??= sceneOf(this.debugging(), this.before);
    if (!this.panes().includes(this.focused)) this.focused = 'cmd';
    const { width, height } = this.terminal;
    const status = this.isRunning ? 'running; Ctrl-C stops it' : this.scene.status;
    const arranged = { layout: this.layout, focus: this.focused, offsets: this.offsets };
    this.screen.draw(picture({ ...this.scene, status }, arranged, this.said.all(), this.editor.typed, width, height));
    this.drawnAt = performance.now();
  }

  drawSoon(): void {
    if (performance.now() - this.drawnAt >= LEAST_MS_BETWEEN) this.draw();
  }

  /** A key of the view; whether it was one. */
  key({ name, ctrl }: Key): boolean {
    const rows = this.boxOf(this.focused)?.height ?? 2;
    const page = Math.max(1, rows - 2);
    if (name === 'pageup' || name === 'pagedown') return this.scroll(name === 'pageup' ? -page : page);
    if (this.focused === 'cmd' || ctrl) return false;
    if (name === 'up' || name === 'down') return this.scroll(name === 'up' ? -1 : 1);
    return false;
  }

  nextFocus(): void {
    const panes = this.panes();
    this.focused = panes[(panes.indexOf(this.focused) + 1) % panes.length];
    this.draw();
  }

  private scroll(lines: number): boolean {
    // The command line is scrolled back from its end.
    const change = this.focused === 'cmd' ? -lines : lines;
    const least = this.focused === 'cmd' || this.focused === 'regs' ? 0 : -MAX_OFFSET;
    const most = this.focused === 'cmd' ? this.said.all().length : MAX_OFFSET;
    this.offsets[this.focused] = Math.max(least, Math.min(most, this.offsets[this.focused] + change));
    this.draw();
    return true;
  }

  /** What is typed is to be seen. */
  scrollToEnd(): void {
    this.offsets.cmd = 0;
  }

  private panes(): PaneName[] {
    const shown = arrangement(this.layout, this.terminal.width, this.terminal.height).map(({ pane }) => pane);
    return PANES.filter((pane) => shown.includes(pane));
  }

  private boxOf(pane: PaneName) {
    return arrangement(this.layout, this.terminal.width, this.terminal.height).find((box) => box.pane === pane);
  }
}
