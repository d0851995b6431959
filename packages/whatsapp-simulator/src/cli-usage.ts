/** What `--help` prints. Defaults stand in brackets. */
export const usage = `Usage: whatsapp-simulator [options]

Imitates Meta's WhatsApp Cloud API on this machine and shows the phones and templates.

Where it listens
  --port <number>                 0 takes any free port (4010)
  --host <address>                where to listen (127.0.0.1)
  --allow-remote                  lets --host be an address that other machines can reach

Who calls it
  --access-token <token>          bearer token that requests must carry (simulator-access-token)
  --phone-number-id <id>          sender in the request path (100000000000001)
  --business-account-id <id>      owner of the templates (100000000000002)

Webhooks
  --webhook-url <url>             where webhooks go (nowhere)
  --app-secret <secret>           key of webhook signatures (simulator-app-secret)
  --verify-token <token>          makes the webhook handshake at the start
  --identity <kind>               phone, phone-and-bsuid or bsuid-only (phone)

People and templates
  --person <number=name>          gives a person a phone; may be repeated
  --unreachable <number>          number without WhatsApp; may be repeated
  --templates <file.json>         list of approved templates; others are refused
  --review <who>                  clock approves created templates after a minute,
                                  person leaves them to the templates page (clock)
  --window <rule>                 enforced, or open: free text at any time (enforced)

How it behaves
  --api-latency-ms <number>       time before each answer (0)
  --seed <number>                 makes ids and chance the same in every run
  --virtual-clock                 time stands still and moves only by POST /_simulator/clock
  --options <file.json>           any option of startSimulator(); arguments win over it
  --help

Secrets given here can be seen in the list of processes. WHATSAPP_ACCESS_TOKEN, WHATSAPP_APP_SECRET
and WHATSAPP_VERIFY_TOKEN stand in for arguments that are absent.
`;
