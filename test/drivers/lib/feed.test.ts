import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Feed } from '../../../drivers/lib/feed.ts';

describe('feed', () => {
    test('refuses what does not fit, and has room again when something was read', async () => {
        const feed = new Feed<number>(2);
        assert.deepEqual([feed.push(1), feed.push(2), feed.push(3)], [true, true, false]);
        const items = feed.items();
        assert.equal((await items.next()).value, 1);
        assert.equal(feed.push(4), true);
        assert.deepEqual([(await items.next()).value, (await items.next()).value], [2, 4]);
    });

    test('values that look like nothing are items like any other', async () => {
        const feed = new Feed<unknown>(4);
        for (const value of [0, '', null, undefined]) feed.push(value);
        const items = feed.items();
        for (const value of [0, '', null, undefined]) assert.deepEqual(await items.next(), { value, done: false });
    });

    test('readers that wait are served in their order, and a loop can be left', async () => {
        const feed = new Feed<number>(4);
        const first = feed.items();
        const second = feed.items();
        const waiting = [first.next(), second.next(), first.next()];
        for (const item of [1, 2, 3]) feed.push(item);
        assert.deepEqual(
            (await Promise.all(waiting)).map(({ value }) => value),
            [1, 2, 3],
        );
        feed.push(4);
        for await (const item of feed.items()) {
            assert.equal(item, 4);
            break;
        }
        assert.equal(feed.push(5), true);
        assert.equal((await feed.items().next()).value, 5);
    });

    test('a close throws away what is unread, ends every reader, and takes nothing any more', async () => {
        const feed = new Feed<number>(4);
        const waiting = feed.items().next();
        feed.close();
        assert.deepEqual(await waiting, { value: undefined, done: true });
        assert.equal(feed.push(1), false);
        assert.equal((await feed.items().next()).done, true);
    });
});
