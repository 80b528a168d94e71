using Skipper.Gateway.Notifications;

namespace Skipper.Gateway.Tests.Notifications;

public sealed class WebhookSignatureTests
{
    // The example of the Standard Webhooks specification's reference implementations.
    [Fact]
    public void A_signature_is_that_of_the_standard() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Of(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""));

    [Fact]
    public void A_secret_may_be_any_text() => Assert.NotEqual(
        WebhookSignature.Of("first", "msg_1", 1, "{}"), WebhookSignature.Of("second", "msg_1", 1, "{}"));

    [Fact]
    public void A_secret_that_says_it_is_base64_must_be() => Assert.Null(WebhookSignature.Key("whsec_not base64!"));
}
