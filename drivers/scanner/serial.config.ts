/** Serial barcode scanner: its part of the config. */
import * as v from 'valibot';
import { defineDriverConfig } from '../driver.ts';

export const serialScannerConfig = defineDriverConfig({
    type: 'serial',
    summary: 'A barcode scanner on a serial line: UART, USB-serial, USB-COM (CDC) or a pseudo-terminal.',
    virtual: false,
    schema: v.strictObject({
        type: v.literal('serial'),
        path: v.pipe(
            v.string(),
            v.minLength(1, 'Name the tty of the scanner, such as /dev/serial/by-id/usb-….'),
            v.description(
                'The tty. Name it by /dev/serial/by-id, or by-path for two scanners of one make, so that it survives replugging.',
            ),
        ),
        baudRate: v.optional(
            v.pipe(
                v.number(),
                v.integer(),
                v.minValue(300),
                v.maxValue(4_000_000),
                v.description('Bits a second, as set in the scanner; USB-COM scanners ignore it.'),
            ),
            9600,
        ),
        dataBits: v.optional(v.pipe(v.picklist([7, 8]), v.description('Data bits of a character.')), 8),
        parity: v.optional(v.pipe(v.picklist(['none', 'even', 'odd']), v.description('Parity of a character.')), 'none'),
        stopBits: v.optional(v.pipe(v.picklist([1, 2]), v.description('Stop bits of a character.')), 1),
        terminator: v.optional(
            v.pipe(
                v.picklist(['any', 'cr', 'lf', 'crlf', 'none']),
                v.description(
                    'What the scanner sends after a code: any of CR, LF and CRLF, one of them only, or nothing (then a pause ends it).',
                ),
            ),
            'any',
        ),
        lengthMax: v.optional(
            v.pipe(
                v.number(),
                v.integer(),
                v.minValue(32),
                v.maxValue(4096),
                v.description('The longest code in characters; longer ones are dropped whole and counted.'),
            ),
            512,
        ),
        scanPauseMs: v.optional(
            v.pipe(
                v.number(),
                v.integer(),
                v.minValue(20),
                v.maxValue(2_000),
                v.description('With terminator none: the pause that ends a code, in milliseconds.'),
            ),
            100,
        ),
        stallMs: v.optional(
            v.pipe(
                v.number(),
                v.integer(),
                v.minValue(500),
                v.maxValue(30_000),
                v.description(
                    'With a terminator: how long a code may stop half way before its part is thrown away, in milliseconds. Longer than any stall of the line: what follows counts as a new code.',
                ),
            ),
            2_000,
        ),
        sameCodeMs: v.optional(
            v.pipe(
                v.number(),
                v.integer(),
                v.minValue(0),
                v.maxValue(10_000),
                v.description(
                    'The same code again within this time is one read, in milliseconds (wallets show a barcode above a QR code with the same digits).',
                ),
            ),
            1_500,
        ),
    }),
});
