// Asks the service of this container whether it is alive: 0 when /livez answers 200, 1 otherwise.
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const char REQUEST[] = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
static const char OK[] = "HTTP/1.1 200 ";

int main(void) {
  const char *port = getenv("PORT");
  const struct timeval patience = {.tv_sec = 2};
  const struct sockaddr_in service = {
      .sin_family = AF_INET,
      .sin_port = htons(port && *port ? atoi(port) : 8080),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(connection, (const struct sockaddr *)&service, sizeof service) != 0) return 1;
  if (send(connection, REQUEST, sizeof REQUEST - 1, MSG_NOSIGNAL) != sizeof REQUEST - 1) return 1;

  char answer[sizeof OK - 1];
  size_t length = 0;
  while (length < sizeof answer) {
    ssize_t more = recv(connection, answer + length, sizeof answer - length, 0);
    if (more <= 0) return 1;
    length += (size_t)more;
  }
  return memcmp(answer, OK, sizeof answer) == 0 ? 0 : 1;
}
