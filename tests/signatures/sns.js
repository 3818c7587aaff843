// Checks a message of SNS with Amazon's own validator: its certificate comes from the standard input instead of from Amazon.
// usage: node sns.js < {"certificate": "PEM", "message": {…}}; prints "valid", or why it is not.
const { Readable } = require("node:stream");
const https = require("node:https");
const { text } = require("node:stream/consumers");

text(process.stdin).then(input => {
    const { certificate, message } = JSON.parse(input);
    https.get = (address, answer) => {
        const response = Readable.from([Buffer.from(certificate)]);
        response.statusCode = address === message.SigningCertURL ? 200 : 404;
        answer(response);
        return response;
    };
    const Validator = require("sns-validator");
    new Validator().validate(message, error => console.log(error ? error.message : "valid"));
});
