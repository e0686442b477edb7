// Copies of what is being typed, in this browser, for as long as the server does not have it.
// Each stands under the person who typed it, so that nobody else who signs in here is offered it.

const DAYS = 30 // after which a copy that nobody came back for goes
const MINE = "typed:"

const keyOf = (person, draft) => `${MINE}${person}:${draft}`

/** Keeps a copy {action, at, revision, values, when}; returns whether the browser could. */
export function keepCopy(person, draft, copy) {
  try {
    localStorage.setItem(keyOf(person, draft), JSON.stringify({ ...copy, draft, when: Date.now() }))
    return true
  } catch {
    return false
  }
}

export function dropCopy(person, draft) {
  try {
    localStorage.removeItem(keyOf(person, draft))
  } catch {
    // A browser that keeps nothing has nothing to drop.
  }
}

/** The copies of a person for one place to write, newest first. */
export function copiesFor(person, action) {
  const found = []
  for (const key of keys()) {
    const copy = read(key)
    if (!copy || copy.when < Date.now() - DAYS * 86_400_000) localStorage.removeItem(key)
    else if (key.startsWith(keyOf(person, "")) && copy.action === action) found.push(copy)
  }
  return found.sort((one, other) => other.when - one.when)
}

function keys() {
  try {
    return Object.keys(localStorage).filter(key => key.startsWith(MINE))
  } catch {
    return []
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key))
  } catch {
    return null
  }
}
