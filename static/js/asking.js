/** Posts what was typed to be kept as a draft; answers {status, told}. Fails where the server cannot be reached. */
export async function ask(action, body, leaving) {
  const answer = await fetch(action, {
    method: "POST",
    body,
    keepalive: leaving,
    headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
    signal: AbortSignal.timeout(20_000),
  })
  const json = answer.headers.get("Content-Type")?.startsWith("application/json")
  return { status: answer.status, told: json ? await answer.json() : null }
}
