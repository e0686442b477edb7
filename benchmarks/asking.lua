-- Asks for one address after the other, each with the cookies of its person, and says what wrk measured.
-- Arguments: a file with lines of "address<tab>cookies", the line to begin at, what to call itself.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  requests = {}
  local agent = arguments[3]
  for line in io.lines(arguments[1]) do
    local address, cookies = line:match("^(.-)\t(.*)$")
    requests[#requests + 1] = wrk.format("GET", address, {
      ["Host"] = "127.0.0.1",
      ["Cookie"] = cookies,
      ["User-Agent"] = agent,
      ["Accept"] = "text/html",
    })
  end
  -- Threads begin half a list apart, so that they do not ask for the same.
  at = tonumber(arguments[2]) + number * math.floor(#requests / 2)
end

function request()
  at = at + 1
  return requests[(at - 1) % #requests + 1]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    "MEASURED %d %d %d %d %d %d\n",
    summary.requests,
    summary.duration,
    latency:percentile(50),
    latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    summary.bytes
  ))
end
