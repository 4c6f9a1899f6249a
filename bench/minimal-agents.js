/**
 * The floor of agents together: the least that a Node program must do to have a model asked the same. No configuration, no checks, no
 * permissions, no record, and what an agent answers goes to nobody.
 *
 * `node minimal-agents.js BASE_URL WAVES`: WAVES is JSON, a list of lists of prompts. Those of one list are asked at the same time, each in a
 * thread of its own; the next list begins when all of them are answered. JavaScript, so that no type stripping is measured.
 */
import { randomUUID } from 'node:crypto'

const [baseUrl, waves] = process.argv.slice(2)
for (const prompts of JSON.parse(waves)) {
  const answers = await Promise.all(prompts.map(ask))
  for (const answer of answers) process.stdout.write(`${answer}\n`)
}

async function ask(prompt) {
  const input = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] }]
  const response = await fetch(`${baseUrl}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
    body: JSON.stringify({ model: 'scripted-model', stream: true, input, tools: [], prompt_cache_key: randomUUID() }),
  })
  let text = ''
  let pending = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (pending + chunk).split('\n')
    pending = lines.pop()
    for (const line of lines) {
      if (!line.startsWith('data: {')) continue
      const event = JSON.parse(line.slice(6))
      if (event.type === 'response.output_text.delta') text += event.delta
    }
  }
  return text
}
