/** Temporary folders that a killed run (SIGKILL, a power cut) left behind: a later one removes them. */
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/** Names of our temporary folders are this and six characters that mkdtemp chooses. */
export const FOLDER_PREFIX = 'tocsin-build-';
const OURS = /^tocsin-build-[A-Za-z0-9]{6}$/;

/** No compilation takes as long. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Removes folders of ours, and of this user's, below `place` that nothing has been put into for a day. It reads one folder;
 * what cannot be looked at or removed stays.
 */
export function removeAbandonedFolders(place: string, now = Date.now()): void {
  try {
    const user = userInfo().uid;
    for (const name of readdirSync(place)) {
      if (OURS.test(name)) removeIfAbandoned(join(place, name), user, now);
    }
  } catch {
    // Cleaning up is a favour: what a run is for goes on.
  }
}

function removeIfAbandoned(folder: string, user: number, now: number): void {
  try {
    // Not through a symbolic link that somebody put into a folder where everybody may write.
    const state = lstatSync(folder);
    // Windows has no numbers for users; temporary folders are each user's own there.
    const isOwn = user < 0 || state.uid === user;
    if (state.isDirectory() && isOwn && now - state.mtimeMs > ABANDONED_AFTER_MS) {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    // Another run was faster, or it may not be removed.
  }
}
