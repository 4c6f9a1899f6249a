/** What nobody reads or writes without `protected = false`: docs/reference/protected-paths.md is made from these lists. */

/** Names that mark a secret wherever they stand in a path, in any letter case, by what they hold. */
export const secretNames = {
  'Settings with secrets': ['.env', '.env.*', '.netrc', '_netrc', '.pypirc', '.git-credentials', '.pgpass', '.my.cnf'],
  'Other settings with secrets': ['.mylogin.cnf', '.htpasswd', '.terraformrc', 'terraform.rc', '.vault-token'],
  'Of cloud tools': [
    '.dockercfg',
    '.s3cfg',
    '.boto',
    '.databrickscfg',
    'credentials.tfrc.json',
    'kubeconfig',
    '*.kubeconfig',
  ],
  'Of service accounts': ['application_default_credentials.json', '*service-account*.json', '*service_account*.json'],
  'Private keys and key stores': [
    '*.pem',
    '*.key',
    '*.p8',
    '*.p12',
    '*.pfx',
    '*.jks',
    '*.keystore',
    '*.ppk',
    '*.keytab',
    '*.agekey',
  ],
  'Keys of SSH': ['id_rsa', 'id_dsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'],
  'Stores of passwords, wallets and tunnels': [
    '*.kdbx',
    '*.kdb',
    '*.agilekeychain',
    '*.opvault',
    'wallet.dat',
    '*.ovpn',
  ],
} as const

/** Names that look like a secret and are made to be shared. */
export const sharedNames = ['.env.example', '.env.sample', '.env.template'] as const

/** Secrets below the home directory, with all that lies below them. */
export const homeSecrets = {
  'Keys and identities': ['.ssh', '.gnupg', '.pki', '.putty', '.config/age', '.config/sops', '.vnc'],
  Clouds: [
    ...[
      '.aws',
      '.azure',
      '.config/gcloud',
      '.oci',
      '.aliyun',
      '.bluemix',
      '.config/scw',
      '.config/doctl',
      '.config/hcloud',
    ],
    ...[
      '.config/linode-cli',
      '.fly',
      '.config/netlify',
      '.config/.wrangler',
      '.wrangler',
      '.cloudflared',
      '.config/ngrok',
    ],
    ...['.ngrok2', '.local/share/com.vercel.cli', '.config/stripe', '.config/configstore', '.pulumi/credentials.json'],
    ...['.terraform.d/credentials.tfrc.json', '.chef', '.snowsql', '.snowflake', '.dbt/profiles.yml', '.kaggle'],
  ],
  'Containers and clusters': [
    ...[
      '.kube',
      '.docker/config.json',
      '.config/containers/auth.json',
      '.config/helm/registry',
      '.config/argocd',
      '.minikube',
    ],
  ],
  'Forges and package managers': [
    // In a project this one holds settings that npm cannot do without.
    ...['.npmrc', '.config/gh', '.config/glab-cli', '.config/hub', '.config/git/credentials', '.cargo/credentials'],
    ...['.cargo/credentials.toml', '.gem/credentials', '.composer/auth.json', '.config/composer/auth.json'],
    ...['.m2/settings.xml', '.m2/settings-security.xml', '.gradle/gradle.properties', '.hex/hex.config'],
  ],
  'Models and agents': [
    ...[
      '.claude/.credentials.json',
      '.claude.json',
      '.gemini/oauth_creds.json',
      '.config/github-copilot',
      '.cache/huggingface/token',
    ],
    ...[
      '.huggingface/token',
      '.config/openai',
      '.config/anthropic',
      '.local/share/opencode/auth.json',
      '.aider.conf.yml',
    ],
  ],
  'Stores of passwords': [
    ...[
      '.password-store',
      '.local/share/keyrings',
      '.local/share/kwalletd',
      '.config/op',
      '.config/1Password',
      '.1password',
    ],
    ...['.config/Bitwarden', '.config/Bitwarden CLI', '.config/keepassxc', '.keepass', '.keepassx', '.lastpass'],
    ...['.local/share/lpass'],
  ],
  Wallets: ['.bitcoin', '.ethereum', '.electrum', '.config/solana', '.config/Exodus', '.monero', 'Library/Ethereum'],
  'Mail, messages and shares': [
    ...[
      '.thunderbird',
      '.local/share/evolution',
      '.config/evolution',
      '.msmtprc',
      '.mbsyncrc',
      '.fetchmailrc',
      '.authinfo',
    ],
    ...[
      '.authinfo.gpg',
      '.smbcredentials',
      '.davfs2',
      '.config/rclone',
      '.config/Slack',
      '.config/discord',
      '.config/Signal',
    ],
    ...['.local/share/TelegramDesktop', '.local/share/remmina', '.config/remmina'],
  ],
  Histories: [
    ...[
      '.bash_history',
      '.zsh_history',
      '.zhistory',
      '.histfile',
      '.history',
      '.ash_history',
      '.ksh_history',
      '.lesshst',
    ],
    ...['.local/share/fish/fish_history', '.python_history', '.node_repl_history', '.irb_history', '.pry_history'],
    ...[
      '.psql_history',
      '.mysql_history',
      '.sqlite_history',
      '.rediscli_history',
      '.dbshell',
      '.mongodb/mongosh',
      '.viminfo',
    ],
    ...['.local/share/powershell/PSReadLine', 'AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine'],
  ],
  'Browsers on Linux': [
    ...[
      '.mozilla',
      '.config/google-chrome',
      '.config/google-chrome-beta',
      '.config/google-chrome-unstable',
      '.config/chromium',
    ],
    ...['.config/BraveSoftware', '.config/microsoft-edge', '.config/microsoft-edge-beta', '.config/microsoft-edge-dev'],
    ...[
      '.config/vivaldi',
      '.config/opera',
      '.config/yandex-browser',
      '.librewolf',
      '.waterfox',
      '.zen',
      '.tor-browser',
    ],
    ...['.local/share/torbrowser', '.local/share/epiphany', '.config/qutebrowser', '.local/share/qutebrowser'],
    ...['snap/firefox', 'snap/chromium', '.var/app/org.mozilla.firefox', '.var/app/com.google.Chrome'],
    ...['.var/app/org.chromium.Chromium', '.var/app/com.brave.Browser', '.var/app/com.microsoft.Edge'],
  ],
  macOS: [
    ...[
      'Library/Keychains',
      'Library/Cookies',
      'Library/HTTPStorages',
      'Library/Safari',
      'Library/Accounts',
      'Library/Mail',
    ],
    ...['Library/Messages', 'Library/Containers/com.apple.Safari', 'Library/Application Support/com.apple.TCC'],
    ...['Library/Application Support/Google/Chrome', 'Library/Application Support/Chromium'],
    ...['Library/Application Support/Firefox', 'Library/Application Support/BraveSoftware'],
    ...['Library/Application Support/Microsoft Edge', 'Library/Application Support/Arc'],
    ...['Library/Application Support/Vivaldi', 'Library/Application Support/com.operasoftware.Opera'],
    ...['Library/Application Support/1Password', 'Library/Application Support/Bitwarden'],
    ...[
      'Library/Application Support/Slack',
      'Library/Application Support/discord',
      'Library/Application Support/Signal',
    ],
    ...['Library/Group Containers/2BUA8C4S2C.com.1password'],
  ],
  Windows: [
    ...[
      'AppData/Roaming/Mozilla',
      'AppData/Local/Google/Chrome',
      'AppData/Local/Microsoft/Edge',
      'AppData/Local/BraveSoftware',
    ],
    ...[
      'AppData/Local/Vivaldi',
      'AppData/Roaming/Opera Software',
      'AppData/Roaming/gcloud',
      'AppData/Roaming/GitHub CLI',
    ],
    ...[
      'AppData/Roaming/Microsoft/Credentials',
      'AppData/Local/Microsoft/Credentials',
      'AppData/Roaming/Microsoft/Protect',
    ],
    ...[
      'AppData/Local/Microsoft/Vault',
      'AppData/Roaming/Microsoft/Crypto',
      'AppData/Roaming/Bitwarden',
      'AppData/Local/1Password',
    ],
  ],
} as const

/** Secrets in CODEX_HOME. */
export const codexHomeSecrets = [
  'auth.json',
  'auth.json.lock',
  '.credentials.json',
  'credentials.json',
  'credentials',
] as const

/** Directories and files of the system with secrets, with all that lies below them. */
export const systemPlaces = [
  ...[
    '/etc/shadow',
    '/etc/shadow-',
    '/etc/gshadow',
    '/etc/gshadow-',
    '/etc/sudoers',
    '/etc/sudoers-',
    '/etc/sudoers.d',
  ],
  '/run/secrets',
  '/var/run/secrets',
  '/etc/ssl/private',
  '/etc/wireguard',
  '/etc/NetworkManager/system-connections',
  ...[
    '/etc/kubernetes',
    '/etc/rancher',
    '/var/lib/kubelet',
    '/etc/letsencrypt',
    '/etc/krb5.keytab',
    '/etc/security/opasswd',
  ],
] as const

/** Keys by which SSH proves what this machine is: what begins so, in this directory. */
export const hostKeys = { directory: '/etc/ssh', prefix: 'ssh_host_' } as const

/** More secrets of the system, and what shows the memory and environment of processes. */
export const systemSecrets = [
  /^\/etc\/ssh\/ssh_host_/,
  /^\/proc\/[^/]+\/(?:task\/[^/]+\/)?(?:environ|mem|auxv)$/,
  /^\/proc\/(?:kcore|kmem)$/,
  /^\/dev\/(?:mem|kmem|port)$/,
]
