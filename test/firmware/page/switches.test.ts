import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { groups, healing, type Seen, type Switch, troublesOn } from '../../../firmware/page/trouble/switches.ts';
import { faultOrder } from '../../../scripts/sandbox/faults.ts';

const well: Seen = {
    faults: [],
    slots: { A1: { ready: true, reason: '', fault: 'none' }, A2: { ready: true, reason: '', fault: 'none' } },
    scannerPlugged: true,
    diskFull: false,
    clockOffsetMs: 0,
};
const switches = groups.flatMap((group) => group.switches);
const named = (id: string): Switch => switches.find((one) => one.id === id)!;

/** The other side after it obeyed. */
function obeyed(seen: Seen, orders: ReturnType<typeof healing>): Seen {
    let next = seen;
    for (const { method, path, body } of orders) {
        const said = (body ?? {}) as Record<string, never>;
        if (path === '/admin/faults' && method === 'POST')
            next = {
                ...next,
                faults: [...next.faults, { id: `F${next.faults.length}`, hits: 0, ...(body as { api: string; kind: string }) }],
            };
        else if (path === '/admin/faults') next = { ...next, faults: [] };
        else if (path.startsWith('/admin/faults/')) next = { ...next, faults: next.faults.filter((one) => !path.endsWith(`/${one.id}`)) };
        else if (path === '/v1/virtual/dispenser')
            next = { ...next, slots: { ...next.slots, [said.slot!]: { ready: true, reason: '', fault: said.fault! } } };
        else if (path === '/v1/virtual/scanner') next = { ...next, scannerPlugged: said.plugged! };
        else next = { ...next, ...said };
    }
    return next;
}

test('each switch is off while all is well, on once its order was obeyed, and off again', () => {
    assert.equal(troublesOn(well), 0);
    for (const one of switches) {
        assert.equal(one.stand(well, undefined), 'off', one.id);
        const broken = obeyed(well, one.turn(well, true, undefined));
        assert.equal(one.stand(broken, undefined), 'on', one.id);
        assert.equal(troublesOn(broken), 1, one.id);
        const mended = obeyed(broken, one.turn(broken, false, undefined));
        assert.deepEqual(mended, well, one.id);
    }
});

test('every fault that is ordered of the sandbox is one that it takes', () => {
    for (const one of switches.filter((each) => each.of === 'sandbox')) {
        for (const { body, instead } of one.turn(well, true, undefined)) {
            for (const said of instead === undefined ? [body] : [body, instead.body])
                assert.doesNotThrow(() => v.parse(faultOrder, said), one.id);
        }
    }
});

test('a slot can be broken alone: then the switch of all slots stands half way', () => {
    const jam = named('slot-jam');
    const broken = obeyed(well, jam.turn(well, true, 'A2'));
    assert.equal(jam.stand(broken, undefined), 'mixed');
    assert.equal(jam.stand(broken, 'A1'), 'off');
    assert.equal(jam.stand(broken, 'A2'), 'on');
    assert.equal(named('slot-no-drop').stand(broken, 'A2'), 'off');
});

test('turning off leaves another fault of the same slot alone', () => {
    const broken: Seen = { ...well, slots: { ...well.slots, A1: { ready: false, reason: 'empty', fault: 'empty' } } };
    assert.deepEqual(named('slot-jam').turn(broken, false, undefined), []);
});

test('all well again ends everything, also what no switch names', () => {
    const broken: Seen = {
        faults: [
            { id: 'F1', api: '*', kind: 'down', hits: 2 },
            { id: 'F2', api: 'refund', kind: 'pending', hits: 0 },
        ],
        slots: { A1: { ready: false, reason: 'jammed', fault: 'jam' }, A2: { ready: false, reason: 'empty', fault: 'empty' } },
        scannerPlugged: false,
        diskFull: true,
        clockOffsetMs: 600_000,
    };
    assert.equal(troublesOn(broken), 5);
    const mended = obeyed(broken, healing(broken));
    assert.equal(troublesOn(mended), 0);
    assert.deepEqual(mended.faults, []);
    assert.equal(mended.slots.A2!.fault, 'none');
    assert.deepEqual(healing(well), []);
});
