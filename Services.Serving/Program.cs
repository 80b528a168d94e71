using Skipper.Services.Serving;
using Skipper.Services.Serving.Suspects;
using Skipper.Shared.Messaging.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("http://127.0.0.1:8083");
builder.AddServingService();
builder.AddSuspectProcess();

var app = builder.Build();
if (await app.ScoreSuspectsAsync())
{
    return;
}

app.MapServingService();
app.Run();
