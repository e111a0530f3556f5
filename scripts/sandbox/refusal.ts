/** Refusal: what a person asked of the admin or wallet API that cannot be done, with its HTTP status and a machine word. */
export class Refusal extends Error {
    readonly status: 400 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 503;
    readonly code: string;

    /** @param options.message one sentence that says what to do. */
    constructor(options: { status: Refusal['status']; code: string; message: string }) {
        super(options.message);
        this.name = 'Refusal';
        this.status = options.status;
        this.code = options.code;
    }
}
