/** `till scanner list`: the serial ports of this machine, for whoever writes `scanner.path` into a configuration. */
import type { Command } from 'commander';
import { type CommandIo, processIo } from './command-io.ts';

export function addScannerCommands(program: Command, io: CommandIo = processIo): void {
    program
        .command('scanner')
        .description('find the scanner of this machine')
        .command('list')
        .description('serial ports, with the name that stays with the device')
        .option('--json', 'print JSON')
        .addHelpText('after', '\nWrite the first column into the configuration: scanner: { type: serial, path: … }\n')
        .action(async (options: { json?: boolean }) => {
            const { listSerialPorts } = await import('../main.ts');
            const ports = await listSerialPorts();
            if (options.json === true) return io.out(`${JSON.stringify(ports, null, 2)}\n`);
            if (ports.length === 0)
                return io.out('There is no serial port. Plug the scanner in and set it to "USB serial" (CDC) with its settings sheet.\n');
            for (const { path, device, manufacturer, vendorId, productId } of ports) {
                const usb = vendorId === undefined ? '' : ` usb ${vendorId}:${productId ?? '????'}`;
                io.out(
                    `${path}${path === device ? '' : `  (now ${device})`}${manufacturer === undefined ? '' : `  ${manufacturer}`}${usb}\n`,
                );
            }
        });
}
