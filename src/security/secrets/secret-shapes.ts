import type { SecretShape } from './secret-shape.ts'

const shape = (rule: string, title: string, prefixes: string, pattern: RegExp): SecretShape => ({
  rule: `secret-${rule}`,
  title,
  prefixes: prefixes.split(' '),
  pattern: new RegExp(pattern.source, 'y'),
})

/**
 * Shapes of well-known credentials, from what their issuers publish for scanners. Lengths are lower bounds, so that a
 * longer format of tomorrow is still seen.
 */
export function secretShapes(): readonly SecretShape[] {
  return [...cloudShapes(), ...forgeShapes(), ...modelShapes(), ...paymentShapes(), ...serviceShapes()]
}

function cloudShapes(): readonly SecretShape[] {
  return [
    shape('aws-access-key', 'an AWS access key id', 'AKIA ASIA ABIA ACCA', /A[A-Z]{3}[A-Z0-9]{16}(?![A-Za-z0-9])/),
    shape('google-api-key', 'a Google API key', 'AIza', /AIza[\w-]{35}/),
    shape('google-oauth', 'a Google OAuth secret', 'ya29. GOCSPX-', /(?:ya29\.|GOCSPX-)[\w-]{20,}/),
    shape('azure-key', 'an Azure access key', 'AccountKey= SharedAccessKey=', /\w+=[A-Za-z0-9+/]{40,}={0,2}/),
    shape('digitalocean', 'a DigitalOcean token', 'dop_v1_ doo_v1_ dor_v1_', /do[por]_v1_[a-f0-9]{64}/),
    shape(
      'cloudflare',
      'a Cloudflare token',
      'cfut_ cfat_ cfk_ v1.0-',
      /(?:cf(?:ut|at|k)_\w{40,}|v1\.0-[a-f0-9]{24}-[a-f0-9]{146})/,
    ),
    shape('vault', 'a HashiCorp Vault token', 'hvs. hvb. hvr.', /hv[sbr]\.[\w-]{24,}/),
    shape('databricks', 'a Databricks token', 'dapi', /dapi[a-f0-9]{32}/),
    shape('pulumi', 'a Pulumi token', 'pul-', /pul-[a-f0-9]{40}/),
    shape('doppler', 'a Doppler token', 'dp.pt. dp.st. dp.ct. dp.sa.', /dp\.(?:pt|st|ct|sa)\.[\w.-]{40,}/),
    shape('fly', 'a Fly.io token', 'fo1_ fm2_', /f(?:o1|m2)_[A-Za-z0-9_+/=-]{40,}/),
    shape('vercel', 'a Vercel token', 'vcp_ vci_ vca_ vcr_ vck_', /vc[piark]_\w{24,}/),
    shape('netlify', 'a Netlify token', 'nfp_', /nfp_\w{36,}/),
    shape('planetscale', 'a PlanetScale token', 'pscale_', /pscale_(?:tkn|pw|oauth)_[\w.=-]{32,}/),
    shape('supabase', 'a Supabase token', 'sbp_ sb_secret_', /(?:sbp_[a-f0-9]{40}|sb_secret_[\w-]{20,})/),
    shape('tailscale', 'a Tailscale key', 'tskey-', /tskey-[a-z]{2,12}-\w{8,32}-\w{16,}/),
    shape('age-key', 'an age secret key', 'AGE-SECRET-KEY-1', /AGE-SECRET-KEY-1[A-Z0-9]{58}/),
  ]
}

function forgeShapes(): readonly SecretShape[] {
  return [
    shape('github-token', 'a GitHub token', 'ghp_ gho_ ghu_ ghs_ ghr_', /gh[pousr]_[A-Za-z0-9]{30,}/),
    shape('github-token', 'a GitHub token', 'github_pat_', /github_pat_\w{30,}/),
    shape(
      'gitlab-token',
      'a GitLab token',
      'glpat- gldt- glrt- glcbt- glptt- glft- glimt- glsoat- gloas-',
      /gl[a-z]{2,5}-[\w-]{20,}/,
    ),
    shape(
      'bitbucket-token',
      'an Atlassian token',
      'ATATT3 ATCTT3 ATBB',
      /(?:AT[AC]TT3[\w=-]{50,}|ATBB[A-Za-z0-9]{32})/,
    ),
    shape('npm-token', 'an npm token', 'npm_', /npm_[A-Za-z0-9]{30,}/),
    shape('pypi-token', 'a PyPI token', 'pypi-', /pypi-[\w-]{40,}/),
    shape('rubygems-token', 'a RubyGems token', 'rubygems_', /rubygems_[a-f0-9]{48}/),
    shape('docker-token', 'a Docker Hub token', 'dckr_pat_ dckr_oat_', /dckr_[po]at_[\w-]{20,}/),
    shape('nuget-key', 'a NuGet key', 'oy2', /oy2[a-z0-9]{43}(?![A-Za-z0-9])/),
    shape('circleci-token', 'a CircleCI token', 'CCIPAT_ CCIPRJ_', /CCIP(?:AT|RJ)_\w{20,}/),
    shape('buildkite-token', 'a Buildkite token', 'bkua_', /bkua_[a-f0-9]{40}/),
  ]
}

function modelShapes(): readonly SecretShape[] {
  return [
    shape('anthropic-key', 'an Anthropic key', 'sk-ant-', /sk-ant-[\w-]{20,}/),
    shape(
      'model-key',
      'a key of a model provider',
      'sk-',
      /sk-(?!ssh-|ecdsa-sha2-)(?:[A-Za-z]{1,20}-){0,4}[A-Za-z0-9_-]{16,}/,
    ),
    shape('huggingface-token', 'a Hugging Face token', 'hf_', /hf_[A-Za-z0-9]{30,}/),
    shape('groq-key', 'a Groq key', 'gsk_', /gsk_[A-Za-z0-9]{40,}/),
    shape('replicate-token', 'a Replicate token', 'r8_', /r8_[A-Za-z0-9]{37}/),
    shape('perplexity-key', 'a Perplexity key', 'pplx-', /pplx-[A-Za-z0-9]{40,}/),
    shape('xai-key', 'an xAI key', 'xai-', /xai-[A-Za-z0-9]{60,}/),
  ]
}

function paymentShapes(): readonly SecretShape[] {
  return [
    shape(
      'stripe-key',
      'a Stripe key',
      'sk_live_ rk_live_ pk_live_ whsec_',
      /(?:[srp]k_live_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,})/,
    ),
    shape('square-token', 'a Square token', 'sq0atp- sq0csp-', /sq0[ac][ts]p-[\w-]{22,}/),
    shape('shopify-token', 'a Shopify token', 'shpat_ shpca_ shppa_ shpss_', /shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}/),
    shape(
      'braintree-token',
      'a Braintree token',
      'access_token$production$',
      /access_token\$production\$[a-z0-9]{16}\$[a-f0-9]{32}/,
    ),
    shape('flutterwave-key', 'a Flutterwave key', 'FLWSECK-', /FLWSECK-[a-z0-9]{32}-X/),
    shape('razorpay-key', 'a Razorpay key', 'rzp_live_', /rzp_live_[A-Za-z0-9]{14,}/),
  ]
}

function serviceShapes(): readonly SecretShape[] {
  return [
    shape(
      'slack-token',
      'a Slack token',
      'xoxa- xoxb- xoxe- xoxp- xoxr- xoxs- xoxe.',
      /xox[abeprs][.-][A-Za-z0-9.-]{10,}/,
    ),
    shape('slack-token', 'a Slack token', 'xapp-', /xapp-\d-[A-Z0-9]{5,20}-\d{5,20}-[a-f0-9]{32,}/),
    shape(
      'slack-webhook',
      'a Slack webhook',
      'hooks.slack.com/services/',
      /hooks\.slack\.com\/services\/T[A-Z0-9]{6,14}\/B[A-Z0-9]{6,14}\/[A-Za-z0-9]{20,}/,
    ),
    shape(
      'discord-webhook',
      'a Discord webhook',
      'discord.com/api/webhooks/ discordapp.com/api/webhooks/',
      /discord(?:app)?\.com\/api\/webhooks\/\d{15,21}\/[\w-]{50,}/,
    ),
    shape('telegram-token', 'a Telegram bot token', ':AA', /(?<=(?<!\d)\d{8,10}):AA[\w-]{33}(?![\w-])/),
    shape('sendgrid-key', 'a SendGrid key', 'SG.', /SG\.[\w-]{22}\.[\w-]{43}/),
    shape('mailgun-key', 'a Mailgun key', 'key-', /key-[a-f0-9]{32}(?![A-Za-z0-9])/),
    shape('twilio-key', 'a Twilio key', 'SK', /SK[a-f0-9]{32}(?![A-Za-z0-9])/),
    shape('grafana-token', 'a Grafana token', 'glsa_ glc_', /(?:glsa_\w{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/=]{32,})/),
    shape('newrelic-key', 'a New Relic key', 'NRAK- NRJS-', /NR(?:AK|JS)-[A-Za-z0-9]{19,}/),
    shape('sentry-token', 'a Sentry token', 'sntrys_ sntryu_', /sntry[su]_[A-Za-z0-9_=+/-]{40,}/),
    shape('linear-key', 'a Linear key', 'lin_api_ lin_oauth_', /lin_(?:api|oauth)_[A-Za-z0-9]{32,}/),
    shape('notion-token', 'a Notion token', 'ntn_', /ntn_[A-Za-z0-9]{40,}/),
    shape('postman-key', 'a Postman key', 'PMAK-', /PMAK-[a-f0-9]{24}-[a-f0-9]{34}/),
    shape('figma-token', 'a Figma token', 'figd_', /figd_[\w-]{40,}/),
    shape('onepassword-token', 'a 1Password service token', 'ops_eyJ', /ops_eyJ[\w-]{100,}/),
    shape('airtable-token', 'an Airtable token', 'pat', /pat[A-Za-z0-9]{14}\.[a-f0-9]{64}/),
    shape('dropbox-token', 'a Dropbox token', 'sl.', /sl\.(?:u\.)?[\w-]{120,}/),
    shape('contentful-token', 'a Contentful token', 'CFPAT-', /CFPAT-[\w-]{40,}/),
    shape('typeform-token', 'a Typeform token', 'tfp_', /tfp_[\w-]{40,}/),
    shape('easypost-key', 'an EasyPost key', 'EZAK', /EZAK[A-Za-z0-9]{54}/),
  ]
}
