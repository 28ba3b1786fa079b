/** Answers that listeners owe and will not give: to interrupts, and to shortages of memory. */
import { interruptAnswered } from '../interrupts/answers.js';
import type { Kernel } from '../kernel.js';
import { shortageUnanswered } from '../shortage/answers.js';

/** The listener of a registration owed an answer and is gone: that counts as one. */
export function answerMissing(k: Kernel, registration: number): void {
  if (k.state.registrations.owes[registration] > 0) interruptAnswered(k, registration);
  else shortageUnanswered(k, registration);
}
