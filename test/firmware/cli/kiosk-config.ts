/** Kiosk config: the smallest configuration that commands about keys and the merchant can be run with. */
import { clientId } from '../gateway/stub-gateway.ts';

export function kioskConfig(order: { url: string; privateKeyFile: string; gatewayKeyFile: string }): string {
    return `
kiosk: { id: kiosk-01, currency: EUR, modes: [order-code], dataDir: ./data }
merchant: { id: M001, name: Corner Stand, mcc: "5814", store: { id: S001, name: Corner Stand, mcc: "5814" } }
gateway:
    url: "${order.url}"
    clientId: ${clientId}
    keyVersion: 1
    privateKeyFile: ${order.privateKeyFile}
    gatewayPublicKeyFiles: [${order.gatewayKeyFile}]
    notifyUrl: "http://127.0.0.1:8081/ams/notify"
    settlementCurrency: EUR
display: { type: virtual }
relay: { mode: embedded, publicUrl: "http://127.0.0.1:8081", listen: "127.0.0.1:8081" }
`;
}
