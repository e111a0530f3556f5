/** Run: a script of this checkout as a person starts it, with its words and its end. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/house/programs.ts';

export class Run {
    readonly process: ChildProcess;
    readonly ended: Promise<number | null>;
    out = '';
    err = '';

    /** @param script its path from the checkout's root. */
    constructor(script: string, args: readonly string[]) {
        this.process = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], {
            cwd: root,
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        this.process.stdout?.on('data', (text) => {
            this.out += text;
        });
        this.process.stderr?.on('data', (text) => {
            this.err += text;
        });
        this.ended = new Promise((resolve) => this.process.on('close', (code) => resolve(code)));
    }

    /** Resolves when the words have been said; rejects when it ends before. */
    async says(words: RegExp): Promise<void> {
        const over = this.ended.then((code) => {
            throw new Error(`ended with ${code} before it said ${words}:\n${this.out}\n${this.err}`);
        });
        const said = new Promise<void>((resolve) => {
            const look = () => {
                if (words.test(this.out)) resolve();
            };
            this.process.stdout?.on('data', look);
            look();
        });
        await Promise.race([said, over]);
    }
}

/** Process numbers of what runs on a folder. */
export function childrenOf(folder: string): number[] {
    return (JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8')) as { children: number[] }).children;
}

export function lives(pid: number): boolean {
    try {
        return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
        return false;
    }
}

/** The words stand in the text one behind the other. */
export function inOrder(text: string, words: readonly string[]): void {
    let at = 0;
    for (const word of words) {
        const next = text.indexOf(word, at);
        assert.ok(next >= 0, `"${word}" is missing behind ${at} in:\n${text}`);
        at = next + word.length;
    }
}
