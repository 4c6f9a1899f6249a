import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'

const data = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const told = 'dot.png: image/png, 1 x 1 pixels, 70 bytes'

/** What the second request holds, where the first asked to see an image. */
async function seen(provider: string, table: string, env: Readonly<Record<string, string>>) {
  const call = { name: 'view_image', arguments: { path: 'dot.png', detail: 'high' }, callId: 'toolu_1' }
  const session = await execCase([{ calls: [call] }, { text: 'a dot' }])
  await writeFile(join(session.workspace.path, 'dot.png'), Buffer.from(data, 'base64'))
  const [whole, root] = [session.server.url, session.server.url.replace('/v1', '')]
  const text = table.replace('WHOLE', whole).replace('ROOT', root)
  await session.home.write({ 'config.toml': `model_provider = "${provider}"\nmodel = "some-model"\n${text}` })
  const result = await session.exec(['what is in dot.png?'], { env })
  expect(result.exitCode, result.stderr).toBe(0)
  const body = session.server.requests[1]?.body as unknown as { readonly messages: readonly unknown[] } // all three have messages
  return body.messages
}

test('Anthropic gets an image of a tool inside of its result', async () => {
  const table = '[model_providers.anthropic]\nbase_url = "WHOLE"\n'
  const messages = await seen('anthropic', table, { ANTHROPIC_API_KEY: 'sk-ant-key-of-tests' })
  expect(messages.at(-1)).toMatchObject({
    role: 'user',
    content: [
      {
        type: 'tool_result',
        tool_use_id: 'toolu_1',
        content: [
          { type: 'text', text: told },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
        ],
      },
    ],
  })
})

test('Bedrock gets it so too, in the shape of Converse', async () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIDOFTHETESTS', AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests' }
  const messages = await seen('bedrock', '[model_providers.bedrock]\nbase_url = "ROOT"\n', keys)
  const content = [{ text: told }, { image: { format: 'png', source: { bytes: data } } }]
  expect(messages.at(-1)).toMatchObject({
    role: 'user',
    content: [{ toolResult: { toolUseId: 'toolu_1', content } }],
  })
})

test('Chat Completions, whose results hold text alone, gets it in a message behind them', async () => {
  const messages = await seen('mine', '[model_providers.mine]\nbase_url = "WHOLE"\nwire_api = "chat"\n', {})
  expect(messages.slice(-2)).toMatchObject([
    { role: 'tool', tool_call_id: 'toolu_1', content: told },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'The images that the tools gave:' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } },
      ],
    },
  ])
})
