//! What Redis does in one piece: each operation that reads and writes is a script.

use std::sync::LazyLock;

use redis::Script;

/// A script after what all of them begin with.
macro_rules! scripts {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => { $(
        $(#[$doc])*
        pub(super) static $name: LazyLock<Script> =
            LazyLock::new(|| Script::new(concat!(include_str!("redis_scripts.lua"), $text)));
    )* };
}

scripts! {
    /// Notes the layout of the keys where there is none, and gives it back.
    LAYOUT = "
        redis.call('SETNX', p .. 'layout', ARGV[1])
        return redis.call('GET', p .. 'layout')";

    /// id, content, last use, end, subject, sid. 1 if it is new.
    CREATE = "
        local id, content, seen, ends, subject, sid = unpack(ARGV)
        if redis.call('EXISTS', session(id)) == 1 then return 0 end
        redis.call('HSET', session(id), 'c', content, 'v', 1, 'u', seen, 'e', ends, 's', subject, 'i', sid)
        redis.call('ZADD', p .. 'all', 0, id)
        enter(id, seen, ends, subject, sid)
        return 1";

    /// The same and the version that is expected. 1 if it was.
    UPDATE = "
        local id, content, seen, ends, subject, sid, expected = unpack(ARGV)
        local row = redis.call('HMGET', session(id), 'v', 'u', 's', 'i')
        if row[1] ~= expected then return 0 end
        if tonumber(row[2]) > tonumber(seen) then seen = row[2] end
        if row[3] ~= subject or row[4] ~= sid then leave(id, row[3], row[4]) end
        redis.call('HSET', session(id), 'c', content, 'u', seen, 'e', ends, 's', subject, 'i', sid)
        redis.call('HINCRBY', session(id), 'v', 1)
        enter(id, seen, ends, subject, sid)
        return 1";

    /// id, last use.
    TOUCH = "
        if redis.call('EXISTS', session(ARGV[1])) == 0 then return end
        redis.call('HSET', session(ARGV[1]), 'u', ARGV[2])
        redis.call('ZADD', p .. 'by_use', ARGV[2], ARGV[1])";

    /// id, the event of its end. 1 if it was there.
    DELETE = "
        local removed = remove(ARGV[1])
        if removed == 1 then redis.call('PUBLISH', p .. 'events', ARGV[2]) end
        return removed";

    /// How many sessions there are.
    COUNT = "return redis.call('ZCARD', p .. 'all')";

    /// A name of a set, the least member, how many. Sessions that are gone without a word, by
    /// eviction, leave the set.
    FIND = "
        local key, from, limit = p .. ARGV[1], ARGV[2], tonumber(ARGV[3])
        local found = {}
        while #found < limit do
            local ids = redis.call('ZRANGEBYLEX', key, from, '+', 'LIMIT', 0, limit - #found)
            if #ids == 0 then break end
            for _, id in ipairs(ids) do
                local row = redis.call('HMGET', session(id), 'c', 'u', 'e', 's', 'i')
                if row[1] then
                    found[#found + 1] = { id, unpack(row) }
                else
                    redis.call('ZREM', key, id)
                end
            end
            from = '(' .. ids[#ids]
        end
        return found";

    /// id, tokens, the version that is expected or nothing, the holder or nothing. 1 if they were
    /// written.
    SAVE_TOKENS = "
        local id, tokens, expected, holder = unpack(ARGV)
        local row = redis.call('HMGET', session(id), 'v', 'w', 'h', 'l')
        if not row[1] or (row[2] or '') ~= expected then return 0 end
        if holder ~= '' and row[3] and row[3] ~= holder and tonumber(row[4]) > now_ms() then return 0 end
        redis.call('HSET', session(id), 't', tokens)
        redis.call('HINCRBY', session(id), 'w', 1)
        return 1";

    /// id, holder, milliseconds. 0 held, 1 taken, 2 gone.
    LEASE = "
        local id, holder, duration = unpack(ARGV)
        local row = redis.call('HMGET', session(id), 'w', 'h', 'l')
        if not row[1] then return 2 end
        local now = now_ms()
        if row[2] and row[2] ~= holder and tonumber(row[3]) > now then return 1 end
        redis.call('HSET', session(id), 'h', holder, 'l', string.format('%.0f', now + duration))
        return 0";

    /// id, holder.
    RELEASE = "
        if redis.call('HGET', session(ARGV[1]), 'h') == ARGV[2] then redis.call('HDEL', session(ARGV[1]), 'h', 'l') end";

    /// owner, before, end.
    REFUSE = "
        local function later(key, time)
            local noted = redis.call('ZSCORE', key, ARGV[1])
            if not noted or tonumber(noted) < tonumber(time) then redis.call('ZADD', key, time, ARGV[1]) end
        end
        later(p .. 'refused', ARGV[2])
        later(p .. 'refused_by_end', ARGV[3])";

    /// now, idle since, how many of each kind. Gives back how many it removed.
    SWEEP = "
        local now, idle, limit = unpack(ARGV)
        local removed = 0
        local function past(key, time, action)
            local found = redis.call('ZRANGEBYSCORE', p .. key, '-inf', time, 'LIMIT', 0, limit)
            for _, member in ipairs(found) do action(member) end
            removed = removed + #found
        end
        past('spent', now, function(what) redis.call('ZREM', p .. 'spent', what) end)
        past('refused_by_end', now, function(who)
            redis.call('ZREM', p .. 'refused', who)
            redis.call('ZREM', p .. 'refused_by_end', who)
        end)
        past('by_end', now, remove)
        past('by_use', idle, remove)
        return removed";

    /// Reads and writes.
    CHECK = "
        redis.call('ZCARD', p .. 'all')
        redis.call('SET', p .. 'probe', 1)";
}
