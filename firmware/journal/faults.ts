/** Journal faults: every code that the journal and its disk make, each made in one place, with the sentence that an operator reads. */
import { Fault, type FaultFacts, faultOf } from '../ports/fault.ts';

/** The system's name of a failed disk operation (ENOSPC, EIO …), also through a Fault of the disk. */
export function errnoOf(thrown: unknown): string {
    const errno = faultOf(thrown)?.facts.errno;
    if (typeof errno === 'string') return errno;
    const code = (thrown as { code?: unknown } | undefined)?.code;
    return typeof code === 'string' ? code : 'UNKNOWN';
}

const appendFaults = [
    {
        errnos: ['ENOSPC', 'EDQUOT'],
        code: 'JOURNAL_FULL',
        message: 'The disk with the journal is full: free space on it; selling goes on by itself once records can be written.',
    },
    {
        errnos: ['EROFS'],
        code: 'JOURNAL_READ_ONLY',
        message: 'The disk with the journal has become read-only, which a failing card often does: check or replace it, then restart.',
    },
] as const;

/** A commit that could not be made durable. The errno decides between full, read-only and broken. */
export function appendFault(step: 'write' | 'sync' | 'prepare' | 'open', thrown: unknown, facts: FaultFacts = {}): Fault {
    const errno = errnoOf(thrown);
    const known = appendFaults.find((row) => (row.errnos as readonly string[]).includes(errno));
    return new Fault({
        code: known?.code ?? 'JOURNAL_WRITE_FAILED',
        kind: 'storage',
        message:
            known?.message ?? `The journal could not be written (${errno}): check the card or disk with the data folder, then restart.`,
        facts: { ...facts, step, errno },
        cause: thrown,
    });
}

/** An append while the journal cannot write; `facts` are those of the failure that stopped it. */
export function notWritableFault(facts: FaultFacts): Fault {
    return new Fault({
        code: 'JOURNAL_NOT_WRITABLE',
        kind: 'storage',
        message: 'The journal cannot be written since an earlier failure: nothing is sold until it can; see that failure in the log.',
        facts,
    });
}

/** A caller broke the journal's rules: two appends at once, an entry that cannot be a record, an append after close. */
export function misuseFault(reason: string): Fault {
    return new Fault({
        code: 'JOURNAL_MISUSED',
        kind: 'bug',
        message: `The journal was used against its rules: ${reason}.`,
        facts: { reason },
    });
}

export function folderFault(folder: string, thrown: unknown): Fault {
    return new Fault({
        code: 'DATA_FOLDER_NOT_WRITABLE',
        kind: 'storage',
        message: `The data folder ${folder} cannot be created or written (${errnoOf(thrown)}): give the till's user the right to write there, or set kiosk.dataDir to another folder.`,
        facts: { folder, errno: errnoOf(thrown) },
        cause: thrown,
    });
}

export function unreadableFault(path: string, thrown: unknown): Fault {
    return new Fault({
        code: 'JOURNAL_UNREADABLE',
        kind: 'storage',
        message: `The journal file ${path} cannot be read (${errnoOf(thrown)}): check its rights and the card or disk that it lies on.`,
        facts: { path, errno: errnoOf(thrown) },
        cause: thrown,
    });
}

export function missingFault(folder: string): Fault {
    return new Fault({
        code: 'JOURNAL_MISSING',
        kind: 'storage',
        message: `There is no journal in ${folder}: name the folder with the segment files, or the data folder above it.`,
        facts: { folder },
    });
}

export function checkpointFault(thrown: unknown): Fault {
    return new Fault({
        code: 'CHECKPOINT_NOT_KEPT',
        kind: 'storage',
        message: `A checkpoint could not be written (${errnoOf(thrown)}); nothing is lost, only the next start reads more of the journal. Check the free space of the data folder.`,
        facts: { errno: errnoOf(thrown) },
        cause: thrown,
    });
}

export function inUseFault(folder: string): Fault {
    return new Fault({
        code: 'DATA_FOLDER_IN_USE',
        kind: 'storage',
        message: `The data folder ${folder} is in use by another till process: stop that one first, or give this one a kiosk.dataDir of its own.`,
        facts: { folder },
    });
}

export function claimFault(folder: string, thrown: unknown): Fault {
    return new Fault({
        code: 'DATA_FOLDER_CLAIM_FAILED',
        kind: 'storage',
        message: `The data folder ${folder} cannot be held against a second process (${errnoOf(thrown)}): that takes abstract Unix sockets, which only Linux has.`,
        facts: { folder, errno: errnoOf(thrown) },
        cause: thrown,
    });
}

/** A file operation that the system refused. */
export function diskFault(operation: string, path: string, thrown: unknown): Fault {
    return new Fault({
        code: 'DISK_FAILED',
        kind: 'storage',
        message: `The disk refused to ${operation} ${path} (${errnoOf(thrown)}): check the folder's rights, its free space and the card or disk itself.`,
        facts: { operation, path, errno: errnoOf(thrown) },
        cause: thrown,
    });
}
