-- What every script begins with. KEYS[1] is the prefix of all keys.
--
-- A session is one hash: c content, v version, u last use, e end, s subject, i sid, t tokens, w
-- their version, h holder of the lease, l its end in milliseconds. Sorted sets find it: by_end,
-- by_use, all, subject:X or nobody, sid:X.
local p = KEYS[1]
local DAY = 86400

local function session(id) return p .. 'session:' .. id end

local function owner(subject)
  if subject == '' then return p .. 'nobody' end
  return p .. 'subject:' .. subject
end

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- When a key may go in which nobody looks any more: a day after its end, and nil for an end that no
-- clock will see.
local function last_resort(ends)
  local now = tonumber(redis.call('TIME')[1])
  local at = math.max(tonumber(ends), now) + DAY
  if at < 1e11 then return at - now end
end

local function keep(key, ends)
  local left = last_resort(ends)
  if left then redis.call('EXPIRE', key, string.format('%.0f', left)) else redis.call('PERSIST', key) end
end

-- A set that lasts as long as the last of its sessions.
local function index(key, id, ends)
  local before = redis.call('TTL', key)
  redis.call('ZADD', key, 0, id)
  local left = last_resort(ends)
  if not left then
    redis.call('PERSIST', key)
  elseif before ~= -1 and left > before then
    redis.call('EXPIRE', key, string.format('%.0f', left))
  end
end

local function enter(id, seen, ends, subject, sid)
  redis.call('ZADD', p .. 'by_end', ends, id)
  redis.call('ZADD', p .. 'by_use', seen, id)
  if subject == '' then redis.call('ZADD', owner(''), 0, id) else index(owner(subject), id, ends) end
  if sid ~= '' then index(p .. 'sid:' .. sid, id, ends) end
  keep(session(id), ends)
end

local function leave(id, subject, sid)
  redis.call('ZREM', owner(subject), id)
  if sid ~= '' then redis.call('ZREM', p .. 'sid:' .. sid, id) end
end

-- 1 if it was there.
local function remove(id)
  local row = redis.call('HMGET', session(id), 's', 'i')
  if row[1] then leave(id, row[1], row[2]) end
  redis.call('ZREM', p .. 'by_end', id)
  redis.call('ZREM', p .. 'by_use', id)
  redis.call('ZREM', p .. 'all', id)
  return redis.call('DEL', session(id))
end

