import { expect, test } from 'vitest'
import { sampleItems } from '../../../test/support/sample-items.ts'
import { labelledItem } from './labelled-item.ts'

test('every line of an item begins with a word that says what it is', () => {
  const labels = sampleItems('text').map((item) => labelledItem(item, { isFolded: true }))
  for (const lines of labels) expect(lines.length).toBeGreaterThan(0)
  expect(labels.flat().join('\n')).toMatchInlineSnapshot(`
    "Assistant: text
    Thought: text
    Command: text
    Result: failed, exit code 1, 1 line of output.
    Output:
      text
    End of output.
    File edited: /ws/text
    Tool: text.text text=text
    Result: failed, text
    Plan: 1 of 1 step done.
    Done: text
    Agents: wait text: errored, text: text (failed)
    Agent: text (text) started, now running
    Agents: text asks text: text
    Search: text
    Warning: text
    Tool: text text=["text"]
    Result: completed, text
    Denied: text, by text, in text line 1
    Hint: text
    Question: use text (text > text): allowed (session: text), by agent
    Review: use text (text > text): denied, risk 90 of at most 80, text
    Finding: high text:1 text (text)
    Task: text: text, by text: failed (attempt 2), text
    Agent: text, score 0.50, because: text
    Suggested agents: text
    Note: Compacted: 2 items of the history gave way to a summary.
    Model: text/text gave up: text/text goes on
    Warning: The budget of the text is nearly spent: 1 tokens of 2 tokens.
    Note: text
    You: text"
  `)
})

test('no line of what others say looks like a label', () => {
  for (const item of sampleItems('one\nStatus: done.')) {
    for (const line of labelledItem(item, { isFolded: false }).join('\n').split('\n')) {
      expect(line).not.toMatch(/^Status: done\.$/)
    }
  }
})
