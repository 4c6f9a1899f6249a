import { expect, test } from 'vitest'
import { signRequest } from './sign-request.ts'

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const scope = { keys, region: 'us-east-1', service: 'service', date: new Date('2015-08-30T12:36:00Z') }

test('the vector post-vanilla of the AWS Signature Version 4 test suite is reproduced', async () => {
  const signed = await signRequest({ url: 'https://example.amazonaws.com/', headers: {}, body: '' }, scope)
  expect(signed).toEqual({
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  })
})

test('a session token goes along, signed; headers that a proxy may change are not', async () => {
  const request = {
    url: 'https://bedrock-runtime.eu-west-1.amazonaws.com/model/a%3A0/converse-stream',
    headers: { 'content-type': 'application/json', 'user-agent': 'x' },
    body: '{}',
  }
  const signed = await signRequest(request, { ...scope, keys: { ...keys, sessionToken: 'token' } })
  expect(signed['x-amz-security-token']).toBe('token')
  expect(signed.authorization).toContain('SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,')
})
