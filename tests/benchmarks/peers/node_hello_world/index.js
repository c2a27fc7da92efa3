// Amazon's HelloWorld in Node, as its launch goes:
// https://github.com/alexa/skill-sample-nodejs-hello-world
"use strict";

const Alexa = require("ask-sdk-core");

const LaunchRequestHandler = {
  canHandle(handlerInput) {
    return Alexa.getRequestType(handlerInput.requestEnvelope) === "LaunchRequest";
  },
  handle(handlerInput) {
    const speech = "Welcome, you can say Hello or Help. Which would you like to try?";
    return handlerInput.responseBuilder.speak(speech).reprompt(speech).getResponse();
  },
};

exports.handler = Alexa.SkillBuilders.custom().addRequestHandlers(LaunchRequestHandler).lambda();
