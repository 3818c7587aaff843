// A receiver of webhooks on the official package: answers 204 when it finds one signed by its secret, and 400 with the reason when not.
// usage: node webhooks.js SECRET; prints its port, then the type of each message that it takes, until its standard input ends.
const { createServer } = require("node:http");
const { buffer } = require("node:stream/consumers");
const { Webhook } = require("standardwebhooks");

const webhook = new Webhook(process.argv[2]);
const server = createServer(async (request, response) => {
    try {
        const message = webhook.verify(await buffer(request), request.headers);
        console.log(message.type);
        response.writeHead(204).end();
    } catch (error) {
        response.writeHead(400).end(error.message);
    }
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
